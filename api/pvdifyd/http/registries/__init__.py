"""What signs in to registries."""

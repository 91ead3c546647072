"""What signs in to registries: stored encrypted, for one app or for all, and read on a host alone."""

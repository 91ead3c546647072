"""Commands on credentials for container registries."""

"""Commands on operations."""

"""App slots."""

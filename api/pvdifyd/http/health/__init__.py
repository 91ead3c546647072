"""Whether the daemon lives, and whether it is ready."""

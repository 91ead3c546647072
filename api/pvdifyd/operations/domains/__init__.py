"""The domains of apps: attached, taken away, and kept in step with what a host routes."""

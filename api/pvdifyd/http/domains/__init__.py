"""The domains of an app."""

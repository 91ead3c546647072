"""The releases of an app."""

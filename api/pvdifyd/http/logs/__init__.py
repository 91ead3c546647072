"""The lines that an app's instances write."""

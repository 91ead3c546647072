"""Changing what runs of an app: counts, stops, starts, restarts."""

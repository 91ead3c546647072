"""Commands on what runs of an app."""

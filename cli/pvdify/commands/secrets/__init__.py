"""Commands on the keys that secrets are encrypted to."""

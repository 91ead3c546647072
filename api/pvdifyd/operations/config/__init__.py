"""The config vars of an app: versions that never change, secrets that can't be read here, and how they reach a host."""

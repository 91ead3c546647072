"""The config vars of an app, and their versions."""

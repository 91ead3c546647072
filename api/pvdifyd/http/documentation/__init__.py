"""The API's documentation, served from our own files."""

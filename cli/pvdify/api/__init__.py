"""The way to the server: settings, requests, answers, event streams."""

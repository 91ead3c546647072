"""The one exception of the demo."""


class DemoError(Exception):
    """Something a person can act on; its text says what, and what to do next."""

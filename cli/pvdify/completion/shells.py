"""The shells that pvdify completes for, where what click has for them was mended."""

from __future__ import annotations

from pvdify.completion import bash, fish


def register() -> None:
    """Have click take ours."""
    bash.register()
    fish.register()

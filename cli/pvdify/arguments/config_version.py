"""A config version as people type it: `v6` or `6`."""

from __future__ import annotations

import re

from pvdify.errors import UsageError

_SHAPE = re.compile(r"v?([1-9][0-9]{0,8})", re.ASCII)


def may_be_version(text: str) -> bool:
    """Tell whether a text can be a config version."""
    return _SHAPE.fullmatch(text) is not None


def parse(text: str) -> str:
    """Give a config version as the API writes it, as in `v6`.

    Raises:
        UsageError: It is none.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise UsageError(f"{text!r} is not a config version, as v6 is.", "pvdify config:versions lists them.")
    return f"v{shape[1]}"

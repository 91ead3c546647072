"""A release's number as people type it: `43` or `v43`."""

from __future__ import annotations

import re

from pvdify.errors import UsageError

_SHAPE = re.compile(r"v?([1-9][0-9]{0,8})", re.ASCII)


def parse(text: str) -> int:
    """Give a release's number.

    Raises:
        UsageError: It is none.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise UsageError(f"{text!r} is not a release's number, as 43 is.", "pvdify releases APP lists them.")
    return int(shape[1])

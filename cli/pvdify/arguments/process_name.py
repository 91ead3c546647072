"""A process type, or one instance of it, as people type them: `web`, `web.2`."""

from __future__ import annotations

import re
from typing import NamedTuple

from pvdify.errors import UsageError

TYPE = r"[a-z][a-z0-9]*"
RULE = "a process type has the letters a-z and digits, a letter first, as in web"

_SHAPE = re.compile(rf"({TYPE})(?:\.([1-9][0-9]{{0,3}}))?", re.ASCII)


class ProcessName(NamedTuple):
    """A process type, and the number of the instance that is meant; None for every one of the type."""

    process: str
    instance: int | None

    def __str__(self) -> str:
        return self.process if self.instance is None else f"{self.process}.{self.instance}"


def may_be_type(text: str) -> bool:
    """Tell whether a text can be a process type's name."""
    return re.fullmatch(TYPE, text, re.ASCII) is not None


def parse(text: str) -> ProcessName:
    """Read `TYPE` or `TYPE.N`.

    Raises:
        UsageError: It is neither.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        meant = _SHAPE.fullmatch(text.strip().lower().replace(":", "."))
        hint = f"Did you mean {meant[0]}? " if meant else ""
        raise UsageError(
            f"{text!r} is not TYPE or TYPE.N: {RULE}, and instances count from 1.",
            f"{hint}pvdify ps APP lists the app's instances.",
        )
    return ProcessName(shape[1], int(shape[2]) if shape[2] else None)

"""An exception in a line: where it came from and what kind it is, without what may be a user's value."""

from __future__ import annotations

import os
import sqlite3
import traceback
from types import TracebackType

# Their messages speak of files, connections and tables; those of others may repeat a value that was sent.
_MAY_SPEAK = (OSError, sqlite3.Error, ImportError)

_WITHHELD = "(its message may hold what was sent: PVDIFYD_DEBUG=1 shows it)"

Fault = tuple[type[BaseException], BaseException, TracebackType | None]


def text_of(fault: Fault) -> str:
    """The traceback, with the messages of exceptions only where they can't repeat what a user sent."""
    told = traceback.TracebackException(*fault)
    if os.environ.get("PVDIFYD_DEBUG"):
        return "".join(told.format()).rstrip()
    return "\n".join(_chain(told))


def _chain(told: traceback.TracebackException) -> list[str]:
    before = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
    lines = [*_chain(before), "Then:"] if before is not None else []
    frames = "".join(told.stack.format()).rstrip()
    name = told.exc_type.__qualname__ if told.exc_type is not None else "Exception"
    speaks = told.exc_type is not None and issubclass(told.exc_type, _MAY_SPEAK)
    message = str(told) if speaks else _WITHHELD
    return [*lines, *([frames] if frames else []), f"{name}: {message}"]

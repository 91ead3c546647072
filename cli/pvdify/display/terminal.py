"""What the standard streams can show."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person at a terminal that can draw sees this stream."""
    return stream.isatty() and os.environ.get("TERM") not in (None, "", "dumb")


def input_is_terminal() -> bool:
    """Tell whether the standard input is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def in_colour(stream: TextIO) -> bool:
    """Tell whether what is written to this stream may be coloured."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def console(stream: TextIO) -> Console:
    """Give a console that draws on a terminal, in colour unless NO_COLOR is set."""
    from rich.console import Console

    return Console(
        file=stream,
        force_terminal=True,
        no_color=bool(os.environ.get("NO_COLOR")),
        markup=False,
        highlight=False,
        emoji=False,
    )


def standard_output() -> TextIO:
    """Give the standard output as it is now: tests and pipes replace it."""
    return sys.stdout

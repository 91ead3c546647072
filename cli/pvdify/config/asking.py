"""Asks a person at the terminal for a text of one line, and takes no part of a line or paste for the whole."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import click

from pvdify.config import texts
from pvdify.errors import UsageError

# A terminal keeps 4,095 bytes of a line and drops the rest without a word: a line of so many may have had more.
MOST_BYTES = 4094
# So long a terminal is listened to for the rest of a paste, in tenths of a second.
_QUIET = 1
_LOCAL, _CHARACTERS = 3, 6


def ask(question: str, origin: str, *, hidden: bool, instead: str) -> str:
    """Ask on standard error, and give the line typed at the standard input, which is a terminal.

    Args:
        question: What is asked for.
        origin: What the answer is, for errors, as in `The password`.
        hidden: Don't show what is typed.
        instead: The next step where the answer is more than a prompt can take.

    Raises:
        UsageError: It is longer than a line may be, more came after it, or it is not UTF-8.
        click.Abort: The terminal gives no more (Ctrl-D), or Ctrl-C.
    """
    terminal = sys.stdin.fileno()
    with _set_up(terminal, hidden=hidden):
        click.echo(f"{question}: ", nl=False, err=True)
        try:
            line = _line(terminal)
        finally:
            if hidden:
                click.echo(err=True)  # The line end was not shown either.
        if _more(terminal) or len(line) > MOST_BYTES:
            raise UsageError(
                f"{origin} is too long or has several lines: a prompt takes one line of at most {MOST_BYTES:,} "
                "bytes. Nothing is sent.",
                instead,
            )
    return texts.decode(line, origin)


@contextmanager
def _set_up(terminal: int, *, hidden: bool) -> Iterator[None]:
    """Have the terminal as it is needed, and put it back as it was.

    What was typed before the question is dropped, and what was left when the answer is refused: it could be a
    part of a secret, and a shell would run it.
    """
    before, meanwhile = termios.tcgetattr(terminal), termios.tcgetattr(terminal)
    if hidden:
        meanwhile[_LOCAL] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, meanwhile)
    try:
        yield
    except BaseException:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        raise
    termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _line(terminal: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(terminal, 65536)
        if not part:
            raise click.Abort
        line += part
    return line.removesuffix(b"\n")


def _more(terminal: int) -> bool:
    """Tell whether more follows the line, and take it off the terminal up to its end."""
    attributes = termios.tcgetattr(terminal)
    attributes[_LOCAL] &= ~(termios.ICANON | termios.ECHO)  # Part of a line can be read, without its end.
    attributes[_CHARACTERS][termios.VMIN], attributes[_CHARACTERS][termios.VTIME] = 0, _QUIET
    termios.tcsetattr(terminal, termios.TCSADRAIN, attributes)
    found = False
    while os.read(terminal, 65536):
        found = True
    return found

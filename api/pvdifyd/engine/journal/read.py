"""Reading a host's journal with its own journalctl, over a connection kept for that."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from ..connection import control_path_directory, on_host
from ..read import HostRefused
from . import command
from .entries import Entry, Lines, cursor_of
from .position import Position
from .process import output

# A connection of their own: sshd lets only ten sessions share one (MaxSessions), and readers stay. The runs' is free.
_CONTROL_NAME = "l%C"


def journal(
    host: Mapping[str, Any],
    question: Mapping[str, Any],
    *,
    control_directory: Path,
    tick: float,
    patience: float | None = None,
) -> Generator[list[Entry], None, None]:
    """An app's lines, oldest first, in lists as they come; an empty list every ``tick`` seconds of silence.

    ``question`` is described at ``command.lines_of``; with ``unfinished`` it also asks for lines that have begun and
    not ended. ``patience`` is how many seconds the host may be silent, None for ever. Close the iterator to end the
    reading. Raises ``HostUnreachable`` and ``HostRefused``.
    """
    given: Position | None = question.get("after")
    lines, passed = Lines(), given is None
    program = output(
        _command(host, command.lines_of(question), control_directory), tick=tick, patience=patience
    )
    with closing(program):
        for printed in program:
            found = [entry for line in printed for entry in lines.take(line)]
            if not passed:
                found = [entry for entry in found if entry.position.is_after(given)]
                passed = bool(found)
            yield found
    if question.get("unfinished") and (begun := lines.unfinished()):
        yield begun


def journal_end(host: Mapping[str, Any], *, control_directory: Path, timeout: float) -> Position | None:
    """Where the host's journal ends now, None where it is empty. Raises ``HostUnreachable`` and ``HostRefused``."""
    program = output(_command(host, command.newest(), control_directory), tick=timeout, patience=timeout)
    printed = [line for lines in program for line in lines]
    if not printed:
        return None
    try:
        return Position.of(cursor_of(printed[-1]))
    except ValueError as error:
        raise HostRefused("journal_unreadable", f"its journal can't be read: {error}") from error


def journal_position(cursor: str) -> Position:
    """The place a cursor names. Raises ``ValueError`` for what is none."""
    return Position.of(cursor)


def _command(host: Mapping[str, Any], words: list[str], control_directory: Path) -> list[str]:
    return on_host(host, words, control_path_directory(control_directory) / _CONTROL_NAME)

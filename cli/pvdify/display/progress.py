"""Draws the phases of an operation as they happen: live on a terminal, as plain lines elsewhere."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol, TextIO

from pvdify.display.terminal import is_terminal
from pvdify.display.text import duration, visible, word

PHASES = {
    "deploy": ("pull", "stage", "start", "switch", "retire"),
    "rollback": ("pull", "stage", "start", "switch", "retire"),
    "config": ("pull", "stage", "start", "switch", "retire"),
    "rotate": ("reencrypt", "forget"),
    "destroy": ("remove",),
    "scale": ("stage", "start", "switch", "retire"),
    "stop": ("stage", "start", "switch", "retire"),
    "start": ("stage", "start", "switch", "retire"),
    "restart": ("stage", "restart"),
    "resources": ("stage", "restart"),
}


class Progress(Protocol):
    """Something that shows events."""

    def show(self, event: dict[str, Any]) -> None:
        """Show one event of the operation."""


def progress(kind: str, stream: TextIO) -> AbstractContextManager[Progress]:
    """Give the progress display that fits a stream, for an operation of this kind."""
    if is_terminal(stream):
        from pvdify.display.live_progress import LiveProgress

        return LiveProgress(PHASES.get(kind, ()), stream)
    return PlainProgress(stream)


class PlainProgress:
    """One line for each event."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> PlainProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.flush()

    def show(self, event: dict[str, Any]) -> None:
        """Write the event as a line, at once."""
        line = event_line(event)
        if line:
            print(line, file=self._stream, flush=True)


def message_of(event: dict[str, Any]) -> str:
    """Give what an event says beyond its phase, as one printable line."""
    message = event.get("message")
    return "" if message is None or message == event.get("phase") else visible(str(message))


def event_line(event: dict[str, Any]) -> str:
    """Give an event as one line: `start    ok       4.2 s  2 of 2 healthy`."""
    message = message_of(event)
    if event.get("type") == "phase":
        took = duration(event.get("seconds"))
        return f"{word(event.get('phase')):<8} {word(event.get('status')):<8} {took:>8}  {message}".rstrip()
    if event.get("type") == "status":
        return f"{'':<8} {word(event.get('status')):<8} {'':>8}  {message}".rstrip()
    return f"{'':<8} {'':<8} {'':>8}  {message}".rstrip()

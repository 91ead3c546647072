"""The phases of an operation as a small table that redraws itself on a terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TextIO

from rich.console import RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pvdify.display import waiting
from pvdify.display.progress import message_of
from pvdify.display.terminal import console
from pvdify.display.text import duration, word

_MARKS = {"ok": ("✓", "green"), "failed": ("✗", "red")}


@dataclass
class _Row:
    status: str = ""
    message: str = ""
    seconds: float | None = None
    started: float = 0.0


class LiveProgress:
    """A row for each phase: what became of it, its time, and the last word on it."""

    def __init__(self, phases: Sequence[str], stream: TextIO) -> None:
        self._rows = {phase: _Row() for phase in phases}
        self._spinner = Spinner("dots", style="yellow")
        self._console = console(stream)
        self._live = Live(console=self._console, get_renderable=self._table, refresh_per_second=8)
        self._alone = waiting.drawn_elsewhere()

    def __enter__(self) -> LiveProgress:
        self._alone.__enter__()
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for row in self._rows.values():
            if row.status == "started":
                row.status = "left"
        self._live.stop()
        self._alone.__exit__(kind, error, trace)

    def show(self, event: dict[str, Any]) -> None:
        """Take an event into the table; what belongs to no phase is printed above it."""
        message = message_of(event)
        if event.get("type") != "phase" or not event.get("phase"):
            if message:
                self._console.print(Text(message, style="dim"))
            return
        row = self._rows.setdefault(word(event["phase"]), _Row())
        if event.get("status") == "started":
            row.started = time.monotonic()
        row.status = str(event.get("status"))
        row.seconds = event.get("seconds")
        row.message = message
        self._live.refresh()

    def _table(self) -> RenderableType:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column(width=1)
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True, min_width=7)
        table.add_column(no_wrap=True, overflow="ellipsis")
        for phase, row in self._rows.items():
            idle = "dim" if not row.status else ""
            table.add_row(
                self._mark(row),
                Text(phase, style=idle),
                Text(self._took(row)),
                Text(row.message, style="dim"),
            )
        return table

    def _mark(self, row: _Row) -> RenderableType:
        if row.status == "started":
            return self._spinner
        mark, style = _MARKS.get(row.status, ("·", "dim"))
        return Text(mark, style=style)

    def _took(self, row: _Row) -> str:
        if row.status == "started":
            return duration(time.monotonic() - row.started)
        return duration(row.seconds)

"""Tables that fit the terminal they are drawn on, however narrow it is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

_STATUS_STYLES = {
    "active": "green",
    "live": "green",
    "healthy": "green",
    "succeeded": "green",
    "failed": "red",
    "crashed": "red",
    "unhealthy": "red",
    "running": "yellow",
    "deploying": "yellow",
    "removing": "yellow",
    "stopped": "yellow",
    "starting": "yellow",
}

# Of a narrower column nobody can read more than letters.
_LEAST_WIDTH = 10


def draw_table(screen: Console, columns: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Draw a table, its long cells folded; where too many would be, each row as a block of lines: name and value."""
    widths = [max(map(len, column)) for column in zip(columns, *lines, strict=True)]
    gaps = len(columns) - 1
    if sum(min(width, _LEAST_WIDTH) for width in widths) + gaps > screen.width:
        _draw_blocks(screen, columns, lines)
        return
    gap = 2 if sum(widths) + 2 * gaps <= screen.width else 1
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for line in lines:
        table.add_row(*map(_styled, line))
    screen.print(table)


def draw_fields(screen: Console, fields: Sequence[tuple[str, str]], *, bold: bool = False) -> None:
    """Draw names and their values, one to a line, the values aligned and folded."""
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    grid.add_column(no_wrap=True, style="bold" if bold else "")
    grid.add_column(overflow="fold")
    for name, value in fields:
        grid.add_row(name, _styled(value) if bold else Text(value))
    screen.print(grid)


def _draw_blocks(screen: Console, columns: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    for number, line in enumerate(lines):
        if number:
            screen.print()
        draw_fields(screen, list(zip(columns, line, strict=True)), bold=True)


def _styled(cell: str) -> Text:
    return Text(cell, style=_STATUS_STYLES.get(cell, ""))

"""Prints what a command answers: JSON for programs; tables and lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from pvdify.display.terminal import console, is_terminal, standard_output
from pvdify.display.text import visible, word

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


def print_json(value: Any, *, one_line: bool = False) -> None:
    """Print a value as JSON in ASCII, so that no text in it can steer a terminal."""
    text = json.dumps(value, indent=None if one_line else 2)
    click.echo(text.replace("\x7f", "\\u007f"))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, when_empty: str) -> None:
    """Print rows under their columns: fitted to a terminal, plain and whole otherwise."""
    lines = [[word(cell) for cell in row] for row in rows]
    if not lines:
        click.echo(when_empty)
    elif is_terminal(standard_output()):
        _print_fitted(columns, lines)
    else:
        _print_plain(columns, lines)


def print_fields(fields: Sequence[tuple[str, Any]]) -> None:
    """Print names and their values, one to a line, the values aligned."""
    width = max(len(name) for name, _ in fields)
    for name, value in fields:
        click.echo(f"{name:<{width}}  {word(value)}")


def print_line(text: str) -> None:
    """Print one line, its control characters made visible."""
    click.echo(visible(text))


def warn(text: str) -> None:
    """Print a warning to standard error."""
    click.echo(f"Warning: {visible(text)}", err=True)


def _print_plain(columns: Sequence[str], lines: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(columns, *lines, strict=True)]
    for line in [list(columns), *lines]:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())


def _print_fitted(columns: Sequence[str], lines: list[list[str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    screen = console(standard_output())
    wanted = sum(max(map(len, column)) + 2 for column in zip(columns, *lines, strict=True)) - 2
    gap = 2 if wanted <= screen.width else 1
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for line in lines:
        table.add_row(*(Text(cell, style=_STATUS_STYLES.get(cell, "")) for cell in line))
    screen.print(table)

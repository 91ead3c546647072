"""Prints what a command answers: JSON for programs; tables and lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from pvdify.display.terminal import console, is_terminal, standard_output
from pvdify.display.text import visible, word


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
        from pvdify.display.fitted import draw_table

        draw_table(console(standard_output()), columns, lines)
    else:
        _print_plain(columns, lines)


def print_fields(fields: Sequence[tuple[str, Any]]) -> None:
    """Print names and their values, one to a line, the values aligned: folded to fit a terminal, whole otherwise."""
    lines = [(name, word(value)) for name, value in fields]
    if is_terminal(standard_output()):
        from pvdify.display.fitted import draw_fields

        draw_fields(console(standard_output()), lines)
        return
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        click.echo(f"{name:<{width}}  {value}")


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

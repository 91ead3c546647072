"""Shows what applying a file would change, and asks whether it shall."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from pvdify.declared import differences
from pvdify.declared.differences import Difference
from pvdify.display.text import visible
from pvdify.errors import UsageError


def show(name: str, changes: Sequence[Difference], *, new: bool, as_json: bool) -> None:
    """Print the difference; to standard error where standard output is for JSON alone."""
    title = f"App {name} is new:" if new else f"App {name} changes:"
    for line in (title, *(f"  {line}" for line in differences.lines(changes))):
        click.echo(visible(line), err=as_json)


def confirm(file: str, *, yes: bool) -> None:
    """Return where it shall be done.

    Raises:
        UsageError: It shall not, or there is nobody to ask.
    """
    if yes:
        return
    again = f"pvdify apply -f {file} --yes"
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask on, and so nothing is changed.", again)
    if not click.confirm("Apply this?", err=True):
        raise UsageError("Nothing is changed.", f"{again} applies it without asking.")

"""The app as commands take it: `[APP]` first, or -a/--app, or from the surroundings."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pvdify.arguments import app_in_hint
from pvdify.arguments.app_resolution import Resolved, default_app, required, resolve
from pvdify.completion.app_names import complete_app, complete_first

_Function = TypeVar("_Function", bound=Callable[..., Any])


def app_argument(metavar: str = "[APP]") -> Callable[[_Function], _Function]:
    """Add the positional arguments (as `arguments`) and -a/--app (as `app_option`) to a command."""

    def decorate(function: _Function) -> _Function:
        option = click.option(
            "-a", "--app", "app_option", metavar="APP", shell_complete=complete_app, help="The app's name."
        )
        argument = click.argument("arguments", nargs=-1, metavar=metavar, shell_complete=complete_first)
        return argument(option(function))

    return decorate


def of_one_app(help: str) -> Callable[[_Function], _Function]:
    """Add -a/--app (as `app`) to a command that is about one app only where it is named: the surroundings don't count.

    Args:
        help: What it means, and in brackets what its absence does.
    """
    return click.option("-a", "--app", "app", metavar="APP", shell_complete=complete_app, help=help)


def take(arguments: tuple[str, ...], app_option: str | None, *, operands: int = 0) -> Resolved:
    """Find the app and the other arguments; the surroundings are looked at only when they are needed."""
    found = resolve(arguments, app_option, None, operands=operands)
    if found.app is None:
        found = resolve(arguments, None, default_app(os.environ, _working_directory()), operands=operands)
    app_in_hint.note(found.app)
    return found


def _working_directory() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None  # It was removed meanwhile.


def take_app(arguments: tuple[str, ...], app_option: str | None) -> str:
    """Find the app of a command that takes nothing else.

    Raises:
        UsageError: No app is named, or there are other arguments.
    """
    return required(take(arguments, app_option).app)

"""Completes the names of apps by asking the server: in a second at most, and in silence when that fails."""

from __future__ import annotations

import os
import threading

import click

from pvdify.access import choice, selection
from pvdify.errors import PvdifyError

_MOST_SECONDS = 1.0


def complete_app(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Give the names of apps that begin so."""
    return [name for name in names(choice.named(context)) if name.startswith(incomplete)]


def complete_first(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Give the names of apps that begin so, for the first of a command's arguments, where that can be the app."""
    if context.params.get("arguments") or context.params.get("app_option"):
        return []
    return complete_app(context, parameter, incomplete)


def names(option: str | None) -> list[str]:
    """Give the names of the apps on the server that --context, or the surroundings, name."""
    found: list[str] = []
    # A thread, for nothing else ends a look-up of a host's name in time; it ends with the program.
    asking = threading.Thread(target=_ask, args=(option, found), daemon=True)
    asking.start()
    asking.join(_MOST_SECONDS)
    return list(found)


def _ask(option: str | None, found: list[str]) -> None:
    from pvdify.api.client import Client

    try:
        found += Client(selection.select(os.environ, option)).names_of_apps()
    except PvdifyError:
        return

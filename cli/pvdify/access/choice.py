"""The server that this very command line talks to."""

from __future__ import annotations

import os
from typing import Any

import click

from pvdify.access import contexts, selection
from pvdify.api.settings import Settings

_KEY = "pvdify.context"


def server() -> Settings:
    """Give the server of the command that runs, with what signs in to it.

    Raises:
        PvdifyError: No server is named, nobody is signed in to it, or a setting can't be used.
    """
    return selection.select(os.environ, named(click.get_current_context(silent=True)))


def named(context: click.Context | None) -> str | None:
    """Give the name that --context has in a command line."""
    option: str | None = context.meta.get(_KEY) if context else None
    return option


def context_option() -> click.Option:
    """Make the option --context, which every command has that talks to a server."""
    return click.Option(
        ["--context"],
        metavar="NAME",
        expose_value=False,
        callback=_note,
        shell_complete=complete_context,
        help="The context, as pvdify contexts lists them [the current one].",
    )


def complete_context(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Give the contexts' names that begin so."""
    try:
        return [name for name in contexts.load(os.environ).by_name if name.startswith(incomplete)]
    except click.ClickException:
        return []


def _note(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    if value is not None:
        context.meta[_KEY] = value
    return value

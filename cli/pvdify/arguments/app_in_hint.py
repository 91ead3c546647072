"""Puts the app's name into what an error says to do next, so that it can be typed as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import click

from pvdify.arguments.app_resolution import may_be_name
from pvdify.errors import PvdifyError

_KEY = "pvdify.app"
_PLACE = re.compile(r"\bAPP\b")


def note(app: str | None) -> None:
    """Note which app the command that runs is about."""
    context = click.get_current_context(silent=True)
    if context is not None and app is not None:
        context.meta[_KEY] = app


def fill_in(error: PvdifyError, context: click.Context, given: Mapping[str, Any]) -> None:
    """Put the app where the next step says APP, if it is known.

    Args:
        error: The error.
        context: Of the command that it ended.
        given: What was given on the command line, by parameter, where the command did not get to look at it.
    """
    app = context.meta.get(_KEY) or _given(given)
    if app is not None and error.next_step is not None:
        error.next_step = _PLACE.sub(lambda _: str(app), error.next_step)


def _given(given: Mapping[str, Any]) -> str | None:
    arguments = given.get("arguments")  # click has a value of its own for none.
    candidates = (given.get("app_option"), *(arguments[:1] if isinstance(arguments, tuple) else ()))
    return next((name for name in candidates if isinstance(name, str) and may_be_name(name)), None)

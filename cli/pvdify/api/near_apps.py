"""Did you mean: the app whose name is nearest to one that the server doesn't know."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from pvdify.errors import PvdifyError

# To a token for named apps, an app that isn't there is one that is none of its business.
_CODES = ("app_not_found", "app_forbidden")


def suggest(error: PvdifyError, path: Sequence[str | int], names: Callable[[], Sequence[str]]) -> None:
    """Add the nearest app's name to what an error says to do next, where it is about an unknown app.

    Args:
        error: The error.
        path: The path that was asked for, after /api/v1.
        names: Gives the apps' names.
    """
    if error.code not in _CODES or len(path) < 2 or path[0] != "apps":
        return
    near = difflib.get_close_matches(str(path[1]), names(), n=1, cutoff=0.6)
    if near:
        error.next_step = f"Did you mean {near[0]}? {error.next_step or ''}".rstrip()

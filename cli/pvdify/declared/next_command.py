"""What to run so that what runs matches what a slot has become."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pvdify.declared.differences import Difference
from pvdify.declared.slot import Json

# What operations of their own bring into force.
_AT_ONCE = ("resources", "domains")

_COUNT = re.compile(r"processes\.([a-z0-9]+)\.count", re.ASCII)


def after(app: Json, changes: Sequence[Difference]) -> str:
    """Give the command line, and what it does where that isn't plain; nothing where all is in force already."""
    waiting = [change for change in changes if change.field.partition(".")[0] not in _AT_ONCE]
    if not waiting:
        return ""
    name = app["name"]
    if not app.get("image"):
        return f"pvdify deploy {name} --image IMAGE"
    if app.get("release") is None:
        return f"pvdify deploy {name}"
    counts = [_COUNT.fullmatch(change.field) for change in waiting]
    if all(counts):
        scaled = " ".join(
            f"{count[1]}={change.after}" for count, change in zip(counts, waiting, strict=True) if count
        )
        return f"pvdify ps:scale {name} {scaled} makes what runs match."
    return f"pvdify deploy {name} makes what runs match."

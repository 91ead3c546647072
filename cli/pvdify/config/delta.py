"""The changes a person made of a config, so that they can be made to what it is by then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pvdify.config import differences
from pvdify.config.differences import Side

Json = dict[str, Any]
Changes = dict[str, str | None]
"""The value each key gets; None unsets it."""


def between(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    """Give what has to be set, and as None what has to be unset, to come from one to the other."""
    changed: Changes = {key: value for key, value in after.items() if before.get(key) != value}
    return {**changed, **{key: None for key in before if key not in after}}


def not_made_yet(changes: Changes, opened: Json, current: Json) -> Changes:
    """Leave out what somebody else has set or unset alike since.

    Args:
        changes: What was made of the config that was opened.
        opened: That config.
        current: What the config is by now.
    """
    theirs = _theirs(opened, current)
    return {
        key: value
        for key, value in changes.items()
        if key not in theirs or theirs[key] != (None if value is None else Side(value, None))
    }


def clashes(changes: Changes, opened: Json, current: Json) -> list[str]:
    """Give the keys of the changes that somebody else has changed too, by name."""
    return sorted(changes.keys() & _theirs(opened, current).keys())


def _theirs(opened: Json, current: Json) -> dict[str, Side | None]:
    return {found.key: found.after for found in differences.between(opened, current)}

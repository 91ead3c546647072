"""What differs between a slot as it is and as its file wants it, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pvdify.declared.slot import Json
from pvdify.display.text import word


class Difference(NamedTuple):
    """A field, named with those around it as in `processes.web.count`, and its two values; None where it has none."""

    field: str
    before: Any
    after: Any


def between(before: Json, after: Json, around: str = "") -> list[Difference]:
    """Compare two definitions; what only one of them has is one difference, whatever is in it."""
    return [
        difference
        for name in dict.fromkeys([*before, *after])
        for difference in _of(f"{around}{name}", before.get(name), after.get(name))
    ]


def lines(differences: Sequence[Difference]) -> Iterator[str]:
    """Give a line for each: `+ field: value`, `- field: value`, `~ field: old → new`."""
    for field, before, after in differences:
        if before is None:
            yield f"+ {word(field)}: {word(after)}"
        elif after is None:
            yield f"- {word(field)}: {word(before)}"
        else:
            yield f"~ {word(field)}: {word(before)} → {word(after)}"


def document(differences: Sequence[Difference]) -> list[Json]:
    """Give them as JSON."""
    return [difference._asdict() for difference in differences]


def _of(field: str, before: Any, after: Any) -> list[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        return between(before, after, f"{field}.")
    # 1 and 1.0 are the same number; True is none.
    same = before == after and isinstance(before, bool) == isinstance(after, bool)
    return [] if same else [Difference(field, before, after)]

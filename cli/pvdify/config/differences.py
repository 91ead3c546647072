"""What differs between two configs; a secret shows that it is one, and never its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pvdify.display.text import one_line

Json = dict[str, Any]


class Side(NamedTuple):
    """A key as one of the configs has it.

    value: None for a secret; version: the one a secret was set in, None for a plain value.
    """

    value: str | None
    version: str | None

    @property
    def secret(self) -> bool:
        """Whether it is a secret."""
        return self.version is not None


class Difference(NamedTuple):
    """A key that the configs have differently; None where a config has it not."""

    key: str
    before: Side | None
    after: Side | None


def between(before: Json, after: Json) -> list[Difference]:
    """Compare two configs as the API gives them, by key."""
    old, new = _sides(before), _sides(after)
    return [
        Difference(key, old.get(key), new.get(key))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def lines(differences: Sequence[Difference]) -> Iterator[str]:
    """Give a line for each: `+ KEY=value`, `- KEY=value`, `~ KEY=old → new`."""
    for key, before, after in differences:
        if before is None or after is None:
            side, mark = (before, "-") if after is None else (after, "+")
            yield f"{mark} {key} (secret)" if side is None or side.secret else f"{mark} {key}={_shown(side)}"
        elif before.secret and after.secret:
            yield f"~ {key} changed (secret)"
        else:
            yield f"~ {key}={_shown(before)} → {_shown(after)}"


def document(differences: Sequence[Difference]) -> list[Json]:
    """Give them as JSON."""
    return [
        {"key": key, "before": _side_document(before), "after": _side_document(after)}
        for key, before, after in differences
    ]


def _sides(config: Json) -> dict[str, Side]:
    plain = {key: Side(str(value), None) for key, value in (config.get("config") or {}).items()}
    secrets = {key: Side(None, str(version)) for key, version in (config.get("secrets") or {}).items()}
    return {**plain, **secrets}


def _shown(side: Side) -> str:
    return "(secret)" if side.value is None else one_line(side.value)


def _side_document(side: Side | None) -> Json | None:
    if side is None:
        return None
    return {"value": side.value, "secret": side.secret, "version": side.version}

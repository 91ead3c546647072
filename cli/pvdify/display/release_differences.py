"""What differs between two releases, but for the values of their config."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pvdify.arguments import processes
from pvdify.display.text import word

Json = dict[str, Any]

# config_version comes last: what differs in it is shown under it.
_FIELDS = ("image", "digest", "processes", "container_port", "healthcheck", "config_version")
_NAMES = {"container_port": "container port", "healthcheck": "health check", "config_version": "config"}


def between(before: Json, after: Json) -> Json:
    """Give each field that differs, with both its values."""
    return {
        name: {"before": before.get(name), "after": after.get(name)}
        for name in _FIELDS
        if before.get(name) != after.get(name)
    }


def lines(differences: Json) -> Iterator[str]:
    """Give a line for each: `image: ghcr.io/acme/myapp:v1 → ghcr.io/acme/myapp:v2`."""
    for name, sides in differences.items():
        before, after = (_shown(name, sides[side]) for side in ("before", "after"))
        yield f"{_NAMES.get(name, name)}: {before} → {after}"


def _shown(name: str, value: Any) -> str:
    if name == "processes":
        apart = processes.without_overlap(value)
        return word(processes.shown(value)) + (f" (no overlap: {', '.join(apart)})" if apart else "")
    if name == "healthcheck":
        return word(value or "TCP connect")
    return word(value)

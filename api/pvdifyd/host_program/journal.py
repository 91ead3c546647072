"""The last lines an instance or a unit wrote, and what podman said where it could not start one."""

from __future__ import annotations

import json
from typing import Any

from .commands import run
from .names import Instance

# Of podman's own: it failed before the image's program ran, or could not run it (podman-run(1), "Exit Status").
_PODMAN_S_OWN = (125, 126, 127)
# What only lines of containers, and podman's events, have.
_OTHERS = ("CONTAINER_NAME", "PODMAN_EVENT")


def last_lines(
    instance: Instance, *, since: float, exit_code: int | None = None, count: int = 20
) -> list[str]:
    """Up to ``count`` lines the instance wrote after ``since`` (seconds since the epoch), oldest first; where its
    ``exit_code`` is podman's own, what podman said stands in their place."""
    if exit_code in _PODMAN_S_OWN:
        of_unit = _entries(f"_SYSTEMD_UNIT={instance.unit}", since, count)
        said = [_message(one) for one in of_unit if not any(name in one for name in _OTHERS)]
        if said:
            return said
    return [_message(one) for one in _entries(f"CONTAINER_NAME={instance.container}", since, count)]


def lines_of_unit(unit: str, *, since: float, count: int = 5) -> list[str]:
    """Up to ``count`` lines that a unit's programs wrote after ``since`` (seconds since the epoch), oldest first."""
    return [_message(one) for one in _entries(f"_SYSTEMD_UNIT={unit}", since, count)]


def _entries(which: str, since: float, count: int) -> list[dict[str, Any]]:
    shown = run(
        [
            "journalctl",
            "--quiet",
            "--no-pager",
            "--output=json",
            f"--lines={count}",
            f"--output-fields=MESSAGE,{','.join(_OTHERS)}",
            f"--since=@{since:.6f}",
            which,
        ]
    )
    return [json.loads(line) for line in shown.output.splitlines() if line.startswith("{")]


def _message(entry: dict[str, Any]) -> str:
    value = entry.get("MESSAGE")
    if isinstance(value, list):  # journald gives bytes that are not UTF-8 as a list of numbers
        value = bytes(value).decode("utf-8", errors="replace")
    return str(value).rstrip("\n") if value is not None else ""

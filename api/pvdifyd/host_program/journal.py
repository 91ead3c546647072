"""The last lines an instance wrote."""

from __future__ import annotations

import json

from .commands import run
from .names import Instance


def last_lines(instance: Instance, *, since: float, count: int = 20) -> list[str]:
    """Up to ``count`` lines the instance wrote after ``since`` (seconds since the epoch), oldest first."""
    shown = run(
        [
            "journalctl",
            "--quiet",
            "--no-pager",
            "--output=json",
            f"--lines={count}",
            "--output-fields=MESSAGE",
            f"--since=@{since:.6f}",
            f"CONTAINER_NAME={instance.container}",
        ]
    )
    return [_message(line) for line in shown.output.splitlines() if line.startswith("{")]


def _message(line: str) -> str:
    value = json.loads(line).get("MESSAGE")
    if isinstance(value, list):  # journald gives bytes that are not UTF-8 as a list of numbers
        value = bytes(value).decode("utf-8", errors="replace")
    return str(value).rstrip("\n") if value is not None else ""

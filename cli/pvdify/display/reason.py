"""Shows why a release or an operation failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pvdify.display.text import visible, word

_NAMED = frozenset({"code", "message", "phase", "next_step", "probe", "exit_code", "logs"})


def print_reason(title: str, reason: dict[str, Any] | None) -> None:
    """Print a failure to standard error: code, message, last probe, exit code, last log lines, next step."""
    for line in lines(f"Error: {title}", reason or {}):
        click.echo(line, err=True)


def lines(title: str, reason: dict[str, Any]) -> Iterator[str]:
    """Give the lines that tell of a failure, each safe for a terminal."""
    code = f" [{word(reason['code'])}]" if reason.get("code") else ""
    yield f"{visible(title)}{code}"
    if reason.get("message"):
        phase = f"{word(reason['phase'])}: " if reason.get("phase") else ""
        yield from (f"  {visible(line)}" for line in f"{phase}{reason['message']}".splitlines())
    for name, label in (("probe", "last probe"), ("exit_code", "exit code")):
        if reason.get(name) is not None:
            yield f"  {label}: {word(reason[name])}"
    for name, value in reason.items():
        if name not in _NAMED and value not in (None, "", [], {}):
            yield f"  {visible(name.replace('_', ' '))}: {word(value)}"
    yield from _log_lines(reason.get("logs"))
    if reason.get("next_step"):
        yield f"Next:  {word(reason['next_step'])}"


def _log_lines(logs: Any) -> Iterator[str]:
    """What the app wrote is shown as text: it is the app's, and may hold anything."""
    rows = logs if isinstance(logs, list) else str(logs).splitlines() if logs else []
    if rows:
        yield "  last log lines:"
    for row in rows:
        for line in row.splitlines() if isinstance(row, str) else [word(row)]:
            yield f"    | {visible(line)}"

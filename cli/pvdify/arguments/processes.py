"""The `--process` option: an app's process types, each with its count and command."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from pvdify.errors import UsageError

_SHAPE = re.compile(r"(?P<type>[^=:]+)=(?P<count>[0-9]{1,9})(?::(?P<command>.*))?", re.DOTALL)
_NEXT = "As in --process web=2 (the image's own command) or --process 'worker=1:npm run worker'."


def parse(values: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Read `TYPE=COUNT` and `TYPE=COUNT:COMMAND` into the `processes` of the API.

    Raises:
        UsageError: A value has another shape, or a type is given twice.
    """
    processes: dict[str, dict[str, Any]] = {}
    for value in values:
        shape = _SHAPE.fullmatch(value)
        if shape is None:
            raise UsageError(f"--process: {value!r} is not TYPE=COUNT or TYPE=COUNT:COMMAND.", _NEXT)
        name, command = shape["type"], shape["command"]
        if name in processes:
            raise UsageError(f"--process: {name!r} is given twice.", "Give each process type once.")
        if command is not None and not command.strip():
            raise UsageError(f"--process: {value!r} has no command after the colon.", _NEXT)
        processes[name] = {"command": command, "count": int(shape["count"])}
    return processes


def forbid_overlap(processes: dict[str, dict[str, Any]], types: Collection[str]) -> dict[str, dict[str, Any]]:
    """Give the processes with those types marked whose old and new instances must not run side by side.

    Raises:
        UsageError: A type is none of the processes.
    """
    for name in types:
        if name not in processes:
            known = ", ".join(processes) or "none is given with --process"
            raise UsageError(
                f"--no-overlap: {name!r} is none of the app's process types: {known}.",
                "Name one of them, or give the type too: --process TYPE=COUNT.",
            )
    return {
        name: {**process, "overlap": False} if name in types else process
        for name, process in processes.items()
    }


def without_overlap(processes: Any) -> list[str]:
    """Give the types whose old and new instances must not run side by side."""
    if not isinstance(processes, dict):
        return []
    return [
        str(name)
        for name, process in processes.items()
        if isinstance(process, dict) and process.get("overlap") is False
    ]


def shown(processes: Any) -> str:
    """Give an app's processes as one line: `web=2, worker=1:npm run worker`."""
    if not isinstance(processes, dict):
        return ""
    return ", ".join(_one(str(name), process) for name, process in processes.items())


def _one(name: str, process: Any) -> str:
    if not isinstance(process, dict):
        return name
    command = f":{process['command']}" if process.get("command") else ""
    return f"{name}={process.get('count')}{command}"

"""What podman knows of our running containers."""

from __future__ import annotations

import json
from typing import Any

from .commands import run
from .names import Instance


def health_by_name(app: str) -> dict[str, str]:
    """``healthy``, ``unhealthy`` or ``starting`` for each of the app's containers that has a health check."""
    listed = run(["podman", "ps", "--all", "--format", "json", "--filter", f"label=pvdify.app={app}"])
    found = {}
    for container in json.loads(listed.output or "[]") if listed.ok else []:
        status = str(container.get("Status", ""))
        if status.endswith(")") and "(" in status:
            found[container["Names"][0]] = status.rsplit("(", 1)[1].rstrip(")")
    return found


def last_probe(instance: Instance) -> str | None:
    """What the instance's latest health check printed, or None where there was none."""
    shown = run(
        ["podman", "container", "inspect", "--format", "{{json .State.Health}}", "--", instance.container]
    )
    if not shown.ok:
        return None
    health: Any = json.loads(shown.output or "null")
    log = (health or {}).get("Log") or []
    return str(log[-1].get("Output", "")).strip() or f"exit status {log[-1].get('ExitCode')}" if log else None

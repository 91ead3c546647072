"""ps: what runs of an app, now. Reads only."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from .. import systemctl
from ..changes import Changes
from ..containers import health_by_name
from ..names import Instance
from ..record import AppRecord, recorded
from ..systemctl import UnitState


def ps(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``. Answer: ``current`` and ``units`` (None where nothing was deployed), ``instances``."""
    app = request["app"]
    now = recorded(app)
    expected = now.instances() if now is not None else []
    instances = sorted({*expected, *systemctl.running_instances(app)})
    states = systemctl.states([one.unit for one in instances])
    health = health_by_name(app) if instances else {}
    return {
        "failed": False,
        "changed": False,
        "current": now.release if now else None,
        "units": now.units if now else None,
        "instances": [_described(one, states[one.unit], health.get(one.container), now) for one in instances],
    }


def _described(
    instance: Instance, state: UnitState, health: str | None, now: AppRecord | None
) -> dict[str, Any]:
    since = datetime.fromtimestamp(state.since, timezone.utc) if state.since else None
    return {
        "process": instance.process,
        "instance": instance.number,
        "release": instance.units,
        "unit": instance.unit,
        "state": state_of(state, health),
        "since": since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else None,
        "restarts": state.restarts,
        "role": _role(instance, now),
    }


def state_of(state: UnitState, health: str | None) -> str:
    """``starting``, ``healthy``, ``unhealthy``, ``crashed`` or ``stopped``."""
    if state.running:
        return "unhealthy" if health == "unhealthy" else "healthy"
    if state.crashed:
        return "crashed"
    return "starting" if state.active == "activating" else "stopped"


def _role(instance: Instance, now: AppRecord | None) -> str:
    if now is None:
        return "other"
    if instance.units == now.units:
        return "current"
    return "standby" if instance.units == now.standby else "other"

"""ps: what runs of an app, now. Reads only."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from functools import partial
from typing import Any

from .. import systemctl
from ..changes import Changes
from ..condition import condition_of
from ..containers import health_by_name, last_probe
from ..endings import last_ending
from ..names import Instance
from ..record import AppRecord, recorded
from ..systemctl import UnitState
from ..usage import Usage, usage_of


def ps(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``. Answer: ``current`` and ``units`` (None where nothing was deployed), ``instances``."""
    app = request["app"]
    now = recorded(app)
    instances = sorted({*_expected(now), *systemctl.running_instances(app)})
    states = systemctl.states([one.unit for one in instances])
    health = health_by_name(app) if instances else {}
    usage = usage_of(state.control_group for state in states.values())
    moment = time.time()
    return {
        "failed": False,
        "changed": False,
        "current": now.release if now else None,
        "units": now.units if now else None,
        "instances": [
            {
                **_described(one, states[one.unit], now),
                **_condition(one, states[one.unit], health.get(one.container), moment),
                **_used(usage.get(states[one.unit].control_group)),
            }
            for one in instances
        ],
    }


def _expected(now: AppRecord | None) -> list[Instance]:
    """What should run, and what would if nobody had stopped it."""
    if now is None:
        return []
    stopped = (
        Instance(now.app, process, now.units, number + 1)
        for process, count in now.stopped.items()
        for number in range(count)
    )
    return [*now.instances(), *stopped]


def _described(instance: Instance, state: UnitState, now: AppRecord | None) -> dict[str, Any]:
    since = datetime.fromtimestamp(state.since, timezone.utc) if state.since else None
    return {
        "process": instance.process,
        "instance": instance.number,
        "release": instance.units,
        "unit": instance.unit,
        "since": since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else None,
        "restarts": state.restarts,
        "role": _role(instance, now),
    }


def _condition(instance: Instance, state: UnitState, health: str | None, now: float) -> dict[str, Any]:
    found = condition_of(
        state,
        health,
        now,
        last_ending=partial(last_ending, instance),
        last_probe=partial(last_probe, instance),
    )
    return {"state": found.state, "reason": found.reason}


def _used(usage: Usage | None) -> dict[str, Any]:
    return {"memory": usage.memory if usage else None, "cpu": usage.cpu if usage else None}


def _role(instance: Instance, now: AppRecord | None) -> str:
    if now is None:
        return "other"
    if instance.units == now.units:
        return "current"
    return "standby" if instance.units == now.standby else "other"

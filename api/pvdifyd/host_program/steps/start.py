"""start: bring the release's instances up, and wait until every one is healthy."""

from __future__ import annotations

import time
from typing import Any

from .. import standby, systemctl
from ..answers import ended
from ..changes import Changes
from ..locks import app_lock
from ..names import Instance, quadlet
from ..record import AppRecord, counts_of, health_of, overlaps, recorded
from ..systemctl import UnitState
from ..under_way import enter
from ..waiting import Expectation, wait_until_up
from .retire import leave


def start(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``release``, ``units``, ``processes``, ``container_port``, ``healthcheck``, ``start_timeout``,
    ``stop_timeout``, ``drain_timeout``.

    Raises what ``wait_until_up`` raises.
    """
    app, units = request["app"], request["units"]
    with app_lock(app):
        enter("start", request, changes)
        wanted, serving = _wanted(request), recorded(app)
        was_ending = standby.stay(app, units, changes)
        states = systemctl.states([one.unit for one in wanted])
        outdated = [one for one in wanted if _is_outdated(one, states[one.unit], serving)]
        missing = [one for one in wanted if was_ending or not states[one.unit].running or one in outdated]
        if not missing:
            return ended("start", f"{_counted(wanted)} up", changes.changed, changes.diff)
        if not changes.will("start " + ", ".join(one.unit for one in missing)):
            return ended("start", f"would start {_counted(missing)}", True, changes.diff)
        since = time.time()
        # One that crashes again and again did so before it had what it needs now: it has a fresh start.
        crashing = [one for one in missing if states[one.unit].crashed]
        leave([*outdated, *crashing], request, changes)
        systemctl.start(one.unit for one in missing)
        health = health_of("web", request["healthcheck"])
        expected = Expectation(request["start_timeout"], request["container_port"], health)
        wait_until_up(_news(missing, request, serving), expected, since)
    return ended("start", f"{_counted(missing)} started and healthy", True, changes.diff)


def _is_outdated(instance: Instance, state: UnitState, serving: AppRecord | None) -> bool:
    """Whether it is one of a release that is kept warm, and was started before its unit got other limits: systemd
    gives a unit its limits when it starts."""
    if serving is None or serving.units == instance.units or not state.running:
        return False
    return state.started < quadlet(instance.app, instance.process, instance.units).stat().st_mtime


def _news(missing: list[Instance], request: dict[str, Any], serving: AppRecord | None) -> list[Instance]:
    """Who decides whether this step goes well. Where only the counts of what serves change, it is those that join: an
    instance that is down anyway must not keep others from joining, or from leaving."""
    same = serving is not None and (serving.release, serving.units) == (
        request.get("release"),
        request["units"],
    )
    if serving is None or not same or serving.counts == counts_of(request["processes"]):
        return missing
    return [one for one in missing if one not in serving.instances()]


def _wanted(request: dict[str, Any]) -> list[Instance]:
    """The release's instances, but for those of a type that must not overlap and still runs as another release:
    retire starts these when the others have ended."""
    app, units = request["app"], request["units"]
    others = {one.process for one in systemctl.running_instances(app) if one.units != units}
    return [
        Instance(app, process, units, number + 1)
        for process, entry in sorted(request["processes"].items())
        if overlaps(process, entry) or process not in others
        for number in range(entry["count"])
    ]


def _counted(instances: list[Instance]) -> str:
    return "1 instance" if len(instances) == 1 else f"{len(instances)} instances"

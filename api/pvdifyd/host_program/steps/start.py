"""start: bring the release's instances up, and wait until every one is healthy."""

from __future__ import annotations

import time
from typing import Any

from .. import standby, systemctl
from ..answers import ended
from ..changes import Changes
from ..locks import app_lock
from ..names import Instance
from ..record import health_of, overlaps
from ..under_way import enter
from ..waiting import Expectation, wait_until_up


def start(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``, ``processes``, ``container_port``, ``healthcheck``, ``start_timeout``.

    Raises what ``wait_until_up`` raises.
    """
    app, units = request["app"], request["units"]
    with app_lock(app):
        enter("start", request, changes)
        wanted = _wanted(request)
        was_ending = standby.stay(app, units, changes)
        now = systemctl.states([one.unit for one in wanted])
        missing = [one for one in wanted if was_ending or not now[one.unit].running]
        if not missing:
            return ended("start", f"{_counted(wanted)} up", changes.changed, changes.diff)
        if not changes.will("start " + ", ".join(one.unit for one in missing)):
            return ended("start", f"would start {_counted(missing)}", True, changes.diff)
        since = time.time()
        systemctl.start(one.unit for one in missing)
        health = health_of("web", request["healthcheck"])
        wait_until_up(
            missing, Expectation(request["start_timeout"], request["container_port"], health), since
        )
    return ended("start", f"{_counted(missing)} started and healthy", True, changes.diff)


def _wanted(request: dict[str, Any]) -> list[Instance]:
    """The release's instances, but for those of a type that must not overlap and still runs as another release:
    retire starts these when the others have ended."""
    app, units = request["app"], request["units"]
    others = {one.process for one in systemctl.running_instances(app) if one.units != units}
    return [
        Instance(app, process, units, number + 1)
        for process, entry in sorted(request["processes"].items())
        if overlaps(entry) or process not in others
        for number in range(entry["count"])
    ]


def _counted(instances: list[Instance]) -> str:
    return "1 instance" if len(instances) == 1 else f"{len(instances)} instances"

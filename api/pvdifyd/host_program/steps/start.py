"""start: bring the release's instances up, and wait until every one is healthy."""

from __future__ import annotations

import time
from typing import Any

from .. import systemctl
from ..answers import StepFailed, ended
from ..changes import Changes
from ..containers import last_probe
from ..journal import last_lines
from ..locks import app_lock
from ..names import Instance, standby_timer
from ..quadlets import HealthCheck
from ..record import health_of
from ..systemctl import UnitState

POLL_SECONDS = 0.1
SETTLE_SECONDS = 1.0


def start(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``, ``processes``, ``container_port``, ``healthcheck``, ``start_timeout``.

    Raises ``StepFailed``: ``release_crashed`` with ``exit_code`` and ``logs``, ``release_unhealthy`` with ``probe``.
    """
    app, units = request["app"], request["units"]
    wanted = [
        Instance(app, process, units, number + 1)
        for process, entry in sorted(request["processes"].items())
        for number in range(entry["count"])
    ]
    with app_lock(app):
        was_ending = _leave_standby(app, units, changes)
        now = systemctl.states([one.unit for one in wanted])
        missing = [one for one in wanted if was_ending or not now[one.unit].running]
        if not missing:
            return ended("start", f"{len(wanted)} instances run", changes.changed, changes.diff)
        if not changes.will("start " + ", ".join(one.unit for one in missing)):
            return ended("start", f"would start {len(missing)} instances", True, changes.diff)
        since = time.time()
        systemctl.start(one.unit for one in missing)
        _wait(missing, request, since)
    return ended("start", f"{len(missing)} instances started, all healthy", True, changes.diff)


def _leave_standby(app: str, units: int, changes: Changes) -> bool:
    """The timer that was to stop this release must not fire once it serves; True when it has just fired, and stops
    are on their way that only a start can take back."""
    name = standby_timer(app, units)
    both = systemctl.states([f"{name}.timer", f"{name}.service"])
    busy = [unit for unit, state in both.items() if state.active in ("active", "activating")]
    if busy and changes.will("stop " + ", ".join(busy)):
        systemctl.stop(busy, timeout=30)
    return f"{name}.service" in busy


def _wait(instances: list[Instance], request: dict[str, Any], since: float) -> None:
    """Until all run (for web that means healthy), one has crashed, or the time is up."""
    deadline = time.monotonic() + request["start_timeout"]
    settled_since: float | None = None
    settle = SETTLE_SECONDS if any(one.process != "web" for one in instances) else 0.0
    while True:
        states = systemctl.states([one.unit for one in instances])
        for one in instances:
            if states[one.unit].crashed:
                raise _crashed(one, states[one.unit], since)
        waiting = [one for one in instances if not states[one.unit].running]
        if waiting:
            settled_since = None
        elif settled_since is None:
            settled_since = time.monotonic()
        if settled_since is not None and time.monotonic() - settled_since >= settle:
            return
        if waiting and time.monotonic() > deadline:
            raise _late(waiting[0], request, since)
        time.sleep(POLL_SECONDS)


def _crashed(instance: Instance, state: UnitState, since: float) -> StepFailed:
    exit_code = state.exit_code
    how = f"exited with code {exit_code}" if exit_code is not None else f"ended ({state.result})"
    return StepFailed(
        "release_crashed",
        f"{instance.label} {how} before it was healthy.",
        process=instance.process,
        instance=instance.number,
        exit_code=exit_code,
        logs=last_lines(instance, since=since),
        next_step="Read its last lines above; run the image by hand with the same command and PORT set.",
    )


def _late(instance: Instance, request: dict[str, Any], since: float) -> StepFailed:
    health = health_of(instance.process, request["healthcheck"]) or HealthCheck()
    probe = last_probe(instance)
    port = request["container_port"]
    return StepFailed(
        "release_unhealthy",
        f"{instance.label} was not healthy within {request['start_timeout']:.0f} s: {health.said(port)} failed.",
        process=instance.process,
        instance=instance.number,
        probe=f"{health.said(port)}: {probe or 'no answer'}",
        logs=last_lines(instance, since=since),
        next_step=f"The app must listen on $PORT ({port}) on all addresses, and answer its health check in time.",
    )

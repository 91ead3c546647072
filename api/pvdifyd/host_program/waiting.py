"""Waiting until instances that were asked to start are up, and saying why where they are not."""

from __future__ import annotations

import time
from collections.abc import Sequence

from . import systemctl
from .answers import StepFailed
from .containers import last_probe
from .endings import ending_of, last_ending
from .journal import last_lines
from .names import Instance
from .proxy_file import CHECKED_HOST
from .quadlets import HealthCheck
from .systemctl import UnitState

POLL_SECONDS = 0.1

# Seconds that an instance which nobody can ask must stay up to count as healthy: enough for what most often ends one, a
# module or a service that is not there. Dokku waits for ten.
SETTLE_SECONDS = 5.0


class Expectation:
    """What is waited for: ``timeout`` seconds for all to be up, ``port`` and ``health`` of web for what is said when
    they are not."""

    def __init__(self, timeout: float, port: int | None, health: HealthCheck | None) -> None:
        self.timeout = timeout
        self.port = port
        self.health = health


def wait_until_up(instances: Sequence[Instance], expected: Expectation, since: float) -> None:
    """Until all run (for web that means healthy, for the others that they have stayed up for ``SETTLE_SECONDS``), one
    has ended by itself, or the time is up. ``since`` is when they were asked to start, in seconds since the epoch.

    Raises ``StepFailed``: ``release_crashed`` with ``exit_code`` and ``logs``, ``release_out_of_memory`` with ``logs``,
    ``release_unhealthy`` with ``probe`` and ``logs``.
    """
    deadline = time.monotonic() + expected.timeout
    while True:
        states = systemctl.states([one.unit for one in instances])
        for one in instances:
            if states[one.unit].crashed:
                raise _crashed(one, states[one.unit], since)
        waiting = [one for one in instances if not states[one.unit].running]
        if not waiting and all(_has_settled(one, states[one.unit]) for one in instances):
            return
        if waiting and time.monotonic() > deadline:
            raise _late(waiting[0], expected, since)
        time.sleep(POLL_SECONDS)


def _has_settled(instance: Instance, state: UnitState) -> bool:
    """Each by its own start, so that the time for one passes while others start."""
    return instance.process == "web" or time.time() - state.started >= SETTLE_SECONDS


def _crashed(instance: Instance, state: UnitState, since: float) -> StepFailed:
    ending = (last_ending(instance) if state.restarts else None) or ending_of(state)
    what = {
        "process": instance.process,
        "instance": instance.number,
        "logs": last_lines(instance, since=since, exit_code=ending.exit_code),
    }
    if ending.out_of_memory:
        return StepFailed(
            "release_out_of_memory",
            f"{instance.label} {ending} before it was healthy.",
            **what,
            next_step="Give it more memory (pvdify resources APP --memory 512M), or have it use less.",
        )
    return StepFailed(
        "release_crashed",
        f"{instance.label} {ending} before it was healthy.",
        **what,
        exit_code=ending.exit_code,
        next_step="Read its last lines above; run the image by hand with the same command and PORT set.",
    )


def _late(instance: Instance, expected: Expectation, since: float) -> StepFailed:
    health = expected.health or HealthCheck()
    probe = last_probe(instance)
    port = expected.port or 0
    return StepFailed(
        "release_unhealthy",
        f"{instance.label} was not healthy within {expected.timeout:.0f} s: {health.said(port)} failed.",
        process=instance.process,
        instance=instance.number,
        probe=f"{health.said(port)}: {probe or 'no answer'}",
        logs=last_lines(instance, since=since),
        next_step=f"The app must listen on $PORT ({port}) on all addresses, and answer its health check in time, "
        f"also with the header Host: {CHECKED_HOST}.",
    )

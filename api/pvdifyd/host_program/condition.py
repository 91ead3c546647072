"""The state of an instance as people see it, and the reason where it is none to be glad of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .endings import Ending, ending_of
from .systemctl import UnitState

# Seconds that a process with no health check must stay up after a crash to count as well: twice as long as one that has
# not crashed (see ``waiting``).
STAYED_UP = 10.0
_GOES_ON = "systemd starts it again, ever more slowly, at last after ten seconds"


@dataclass(frozen=True)
class Condition:
    """``state`` is starting, healthy, unhealthy, crashed or stopped."""

    state: str
    reason: str | None = None


def condition_of(
    state: UnitState,
    health: str | None,
    now: float,
    *,
    last_ending: Callable[[], Ending | None],
    last_probe: Callable[[], str | None],
) -> Condition:
    """``health`` is podman's word on the container, None where it has no check; ``now`` in seconds since the epoch.
    What costs a look at the journal or at podman is asked for only where it is needed."""

    def ending() -> Ending:
        return (last_ending() if state.restarts else None) or ending_of(state)

    if state.crashed:
        times = f" after {_restarts(state.restarts)}" if state.restarts else ""
        return Condition("crashed", f"{ending()}{times}; {_GOES_ON}")
    if not state.running:
        return Condition("starting" if state.active == "activating" else "stopped")
    if health == "unhealthy":
        return Condition("unhealthy", f"the last check: {last_probe() or 'no answer'}")
    if not state.restarts:
        return Condition("healthy")
    stayed_up = health == "healthy" or now - state.started >= STAYED_UP
    reason = f"{_restarts(state.restarts)}; the last time it {ending()}"
    return Condition("healthy" if stayed_up else "starting", reason)


def _restarts(count: int) -> str:
    return "1 restart" if count == 1 else f"{count} restarts"

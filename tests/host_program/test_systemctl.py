"""What systemd says of a unit, and what a person is told."""

import pytest

from pvdifyd.host_program.steps.ps import state_of
from pvdifyd.host_program.systemctl import UnitState


def state(active: str, sub: str = "", *, restarts: int = 0) -> UnitState:
    return UnitState("pvdify-my-web-v1@1.service", active, sub, "success", restarts, None, 0.0)


@pytest.mark.parametrize(
    ("unit", "health", "wanted"),
    [
        (state("active", "running"), "healthy", "healthy"),
        (state("active", "running", restarts=4), None, "healthy"),
        (state("active", "running"), "unhealthy", "unhealthy"),
        (state("activating", "start"), "starting", "starting"),
        (state("activating", "auto-restart"), None, "crashed"),
        (state("activating", "auto-restart-queued"), None, "crashed"),
        (state("activating", "start", restarts=1), None, "crashed"),
        (state("failed", "failed"), None, "crashed"),
        (state("inactive", "dead"), None, "stopped"),
    ],
)
def test_a_unit_s_state_in_one_word(unit: UnitState, health: str | None, wanted: str) -> None:
    assert state_of(unit, health) == wanted

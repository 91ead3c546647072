"""What systemd and podman say of an instance, and what a person is told."""

import pytest

from pvdifyd.host_program.condition import Condition, condition_of
from pvdifyd.host_program.endings import Ending, ending_of
from pvdifyd.host_program.systemctl import UnitState

NOW = 1000.0


def unit(
    active: str,
    sub: str = "",
    *,
    restarts: int = 0,
    result: str = "success",
    exit_code: int | None = None,
    started: float = 0.0,
    signal: int | None = None,
) -> UnitState:
    name = "pvdify-my-web-v1@1.service"
    return UnitState(name, active, sub, result, restarts, exit_code, 0.0, started=started, signal=signal)


def condition(
    state: UnitState, health: str | None, *, last: Ending | None = None, probe: str | None = None
) -> Condition:
    return condition_of(state, health, NOW, last_ending=lambda: last, last_probe=lambda: probe)


@pytest.mark.parametrize(
    ("state", "health", "wanted"),
    [
        (unit("active", "running"), "healthy", "healthy"),
        (unit("active", "running"), None, "healthy"),
        (unit("active", "running"), "unhealthy", "unhealthy"),
        (unit("activating", "start"), "starting", "starting"),
        (unit("activating", "auto-restart"), None, "crashed"),
        (unit("activating", "auto-restart-queued"), None, "crashed"),
        (unit("activating", "start", restarts=1), None, "crashed"),
        (unit("failed", "failed"), None, "crashed"),
        (unit("deactivating", "stop-sigterm", result="oom-kill"), None, "crashed"),
        (unit("deactivating", "stop-sigterm"), "healthy", "stopped"),
        (unit("inactive", "dead"), None, "stopped"),
    ],
)
def test_an_instance_s_state_in_one_word(state: UnitState, health: str | None, wanted: str) -> None:
    assert condition(state, health).state == wanted


def test_a_process_without_a_check_counts_as_up_when_it_has_stayed_up() -> None:
    """One that crashes each second is up for a moment each time."""
    assert condition(unit("active", restarts=3, started=NOW - 2), None).state == "starting"
    assert condition(unit("active", restarts=3, started=NOW - 20), None).state == "healthy"
    assert condition(unit("active", restarts=3, started=NOW - 2), "healthy").state == "healthy"


def test_a_crash_loop_says_why_and_what_happens_next() -> None:
    loop = condition(unit("activating", "auto-restart", restarts=4, exit_code=3), None)
    assert loop.reason == (
        "exited with code 3 after 4 restarts; systemd starts it again, ever more slowly, at last after ten seconds"
    )


def test_one_that_has_been_up_for_long_is_no_crash_loop_however_often_it_was_restarted() -> None:
    once_a_day = unit("active", restarts=40, started=NOW - 3600)
    for health in ("healthy", None):
        found = condition(once_a_day, health, last=Ending(137, out_of_memory=True))
        assert found.state == "healthy"
        assert found.reason is not None
        assert "slowly" not in found.reason


def test_an_instance_that_was_out_of_memory_is_told_so_after_its_restart_too() -> None:
    killed = condition(unit("activating", "auto-restart", result="oom-kill", exit_code=137), None)
    assert "out of memory" in str(killed.reason)
    back = condition(unit("active", restarts=1), "healthy", last=Ending(137, out_of_memory=True))
    assert back.state == "healthy"
    assert back.reason == (
        "1 restart; the last time it was killed for using more memory than it may (out of memory)"
    )


def test_an_unhealthy_instance_shows_its_last_check() -> None:
    found = condition(unit("active"), "unhealthy", probe="wget: server returned error: HTTP/1.1 503")
    assert found.reason == "the last check: wget: server returned error: HTTP/1.1 503"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (unit("failed", exit_code=3), "exited with code 3"),
        (unit("failed", exit_code=137), "was killed by SIGKILL (exit code 137)"),
        (unit("failed", signal=9), "was killed by SIGKILL (exit code 137)"),
        (unit("failed", exit_code=255), "was killed by signal 127 (exit code 255)"),
        (unit("failed"), "ended"),
    ],
)
def test_an_ending_in_words(state: UnitState, said: str) -> None:
    assert str(ending_of(state)) == said

"""What is said of a program that failed, and of a host whose systemd can't be asked."""

from __future__ import annotations

import pytest

from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.commands import must_run


def failure_of(said: str) -> StepFailed:
    with pytest.raises(StepFailed) as failed:
        must_run(["sh", "-c", 'printf "%s\\n" "$1" >&2; exit 1', "sh", said])
    return failed.value


@pytest.mark.parametrize(
    "said",
    [
        "Failed to connect to bus: No such file or directory",
        "Failed to connect to system scope bus via local transport: Connection refused",
        "Failed to connect to bus: Connection refused\nmore",
    ],
)
def test_a_systemd_that_is_away_is_that_of_a_host_going_down_or_coming_up(said: str) -> None:
    assert failure_of(said).code == "host_going_down"
    assert said.splitlines()[-1] in failure_of(said).message


@pytest.mark.parametrize(
    "said", ["", "Failed to start x.service: Unit not found.", "web: Failed to connect to busybox"]
)
def test_any_other_failure_is_that_programs(said: str) -> None:
    assert failure_of(said).code == "host_command_failed"

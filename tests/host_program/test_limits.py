"""Limits become systemd's directives, and none is more than the host has."""

import pytest

from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.limits import limits_of, memory_of_host, processors_of_host
from pvdifyd.host_program.quadlets import Limits


def test_the_directives_are_in_bytes_and_percent() -> None:
    assert dict(Limits(64 * 2**20, 0.25).directives()) == {
        "MemoryMax": "67108864",
        "MemorySwapMax": "0",
        "OOMPolicy": "stop",
        "CPUQuota": "25%",
    }


@pytest.mark.parametrize(("cpu", "quota"), [(0.01, "1%"), (1.5, "150%"), (0.29, "29%")])
def test_a_share_of_a_processor_is_told_exactly(cpu: float, quota: str) -> None:
    assert dict(Limits(1, cpu).directives())["CPUQuota"] == quota


def test_what_is_not_asked_for_is_not_limited() -> None:
    assert limits_of(None) is None


def test_all_that_the_host_has_may_be_asked_for() -> None:
    resources = {"memory": memory_of_host(), "cpu": processors_of_host()}
    assert limits_of(resources) == Limits(memory_of_host(), processors_of_host())


@pytest.mark.parametrize(
    ("more", "named"), [({"memory": memory_of_host() + 2**20}, "memory"), ({"cpu": 10_000}, "cpu")]
)
def test_more_than_the_host_has_is_refused(more: dict[str, float], named: str) -> None:
    with pytest.raises(StepFailed, match=f"^{named}: ") as refused:
        limits_of({"memory": 2**20, "cpu": 0.1, **more})
    assert refused.value.code == "limit_exceeds_host"

"""Memory and CPU: how they are written, and what a host can give."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.errors import InvalidError, RuleError, UnavailableError
from pvdifyd.models import App, Host
from pvdifyd.operations.resources import check_within_host, checked_cpu, memory_bytes, of, variables

UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
HOST = Host(name="demo")


@pytest.mark.parametrize(
    ("text", "size"),
    [("16M", 16 * 1024**2), ("512M", 512 * 1024**2), ("2G", 2 * 1024**3), ("16384K", 16 * 1024**2)],
)
def test_memory_is_counted_in_powers_of_1024_as_systemd_does(text: str, size: int) -> None:
    assert memory_bytes(text) == size


@given(st.integers(0, 10**12 - 1), st.sampled_from("KMGT"))
def test_a_whole_number_and_a_unit_is_taken_within_the_bounds(number: int, unit: str) -> None:
    size = number * UNITS[unit]
    if 16 * 1024**2 <= size <= 1024**5:
        assert memory_bytes(f"{number}{unit}") == size
    else:
        with pytest.raises(RuleError):
            memory_bytes(f"{number}{unit}")


@given(st.text(max_size=12))
def test_any_other_text_is_refused_and_nothing_breaks(text: str) -> None:
    well_formed = text[-1:] in UNITS and text[:-1].isascii() and text[:-1].isdigit()
    if not well_formed:
        with pytest.raises(RuleError) as refused:
            memory_bytes(text)
        assert refused.value.rule == "memory"
        assert "512M" in refused.value.detail


@given(st.integers(1, 409600))
def test_every_hundredth_of_a_cpu_is_taken_as_it_is_written(hundredths: int) -> None:
    assert checked_cpu(hundredths / 100) == hundredths / 100


@given(st.floats() | st.integers() | st.booleans() | st.text(max_size=5) | st.none())
def test_whatever_is_taken_is_in_its_bounds_and_nothing_breaks(value: Any) -> None:
    with suppress(RuleError):
        assert 0.01 <= checked_cpu(value) <= 4096


@pytest.mark.parametrize("value", [0, -1, 0.001, 0.125, 4097, math.inf, math.nan, True, "0.5", None])
def test_a_refused_cpu_comes_with_the_rule_and_an_example(value: Any) -> None:
    with pytest.raises(RuleError, match=r"0\.5") as refused:
        checked_cpu(value)
    assert refused.value.rule == "cpu"


def large(host: str) -> dict[str, int]:
    return {"memory": 4 * 1024**3, "cpus": 2}


def silent(host: str) -> dict[str, int]:
    raise UnavailableError("no answer", code="host_unreachable")


@pytest.mark.parametrize(
    ("asked", "rule", "way_out"),
    [
        ({"memory": "10T"}, "memory_within_host", "at most 4096M"),
        ({"cpu": 100}, "cpu_within_host", "at most 2"),
    ],
)
def test_no_more_than_the_host_has(asked: dict[str, Any], rule: str, way_out: str) -> None:
    with pytest.raises(InvalidError, match=way_out) as refused:
        check_within_host(HOST, asked, large)
    assert [error.rule for error in refused.value.errors] == [rule]


def test_all_that_the_host_has_may_be_asked_for() -> None:
    check_within_host(HOST, {"memory": "4G", "cpu": 2.0}, large)


def test_a_host_that_can_not_be_asked_stops_nobody() -> None:
    check_within_host(HOST, {"memory": "10T", "cpu": 100}, silent)


def test_what_a_row_of_before_lacks_is_its_environments() -> None:
    assert of(App(environment="preview", resources={})) == {"memory": "128M", "cpu": 0.1}
    assert of(App(environment="staging", resources={"cpu": 2})) == {"memory": "256M", "cpu": 2}


def test_a_playbook_is_told_bytes() -> None:
    assert variables({"memory": "128M", "cpu": 1}) == {"memory": 134217728, "cpu": 1.0}

"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.durations import seconds
from pvdifyd.errors import RuleError


@pytest.mark.parametrize(("text", "expected"), [("1s", 1), ("30s", 30), ("2m", 120), ("1h", 3600)])
def test_durations_are_seconds(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize(
    "text", ["", "30", "s", "0s", "-1s", "1.5s", "30s\n", " 30s", "1d", "9" * 30 + "s", "٣s"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        seconds(text)


@given(st.integers(1, 999999), st.sampled_from("smh"))
def test_every_whole_number_above_zero_is_taken(number: int, unit: str) -> None:
    assert seconds(f"{number}{unit}") == number * {"s": 1, "m": 60, "h": 3600}[unit]

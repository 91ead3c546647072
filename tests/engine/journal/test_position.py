"""Places in a journal: read from cursors, and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.engine.journal import Position

ONE, OTHER, BOOT = "1" * 32, "2" * 32, "b" * 32


def position(number: int, time: int, sequence: str = ONE) -> Position:
    return Position.of(f"s={sequence};i={number:x};b={BOOT};m=1;t={time:x};x=1")


@given(
    st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)
)
def test_in_one_sequence_the_numbers_tell_whatever_the_clock_said(a: int, b: int, c: int, d: int) -> None:
    assert position(a, c).is_after(position(b, d)) == (a > b)


def test_between_sequences_the_time_tells() -> None:
    assert position(1, 20).is_after(position(9, 10, OTHER))
    assert not position(9, 10).is_after(position(1, 20, OTHER))


def test_everything_is_after_nothing() -> None:
    assert position(0, 0).is_after(None)


@pytest.mark.parametrize(
    "text",
    ["", "x", f"s={ONE};i=1", f"s={ONE};i=1;b={BOOT};m=1;t=1;x=1\n", f"s={ONE};i=-1;b={BOOT};m=1;t=1;x=1"],
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        Position.of(text)


def test_a_place_some_entries_before() -> None:
    assert position(0x500, 9).some_before(0x100) == f"s={ONE};i=400;b={BOOT};m=1;t=9"
    assert position(5, 9).some_before(100) == f"s={ONE};i=1;b={BOOT};m=1;t=9"

"""A bucket for each who asks: what is granted, what is left, when there is more, and that memory is bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.http.rate_limit import quota
from pvdifyd.http.rate_limit.quota import Quota, State


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_bucket_is_full_at_first_and_empties() -> None:
    bucket = Quota(3, Clock())
    assert [bucket.take("me") for _ in range(4)] == [
        State(True, 2, 20),
        State(True, 1, 40),
        # There is one more in 20 s.
        State(True, 0, 20),
        State(False, 0, 20),
    ]


def test_it_fills_again_at_an_even_pace() -> None:
    clock = Clock()
    bucket = Quota(60, clock)
    while bucket.take("me").granted:
        pass
    clock.now += 0.9
    assert bucket.take("me") == State(False, 0, 1)
    clock.now += 0.1
    assert bucket.take("me") == State(True, 0, 1)
    clock.now += 60
    assert bucket.take("me") == State(True, 59, 1)


def test_who_waits_as_told_gets_in_however_often_it_was_refused() -> None:
    clock = Clock()
    bucket = Quota(7, clock)
    while (state := bucket.take("me")).granted:
        pass
    for _ in range(100):
        assert not bucket.take("me").granted
    clock.now += state.seconds
    assert bucket.take("me").granted


def test_nobody_is_held_back_by_others() -> None:
    bucket = Quota(1, Clock())
    assert bucket.take("me").granted
    assert not bucket.take("me").granted
    assert bucket.take("you").granted


@given(st.integers(1, 2000), st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_no_window_sees_more_than_the_bucket_and_what_ran_into_it(
    per_minute: int, pauses: list[float]
) -> None:
    clock = Clock()
    bucket = Quota(per_minute, clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        state = bucket.take("me")
        granted += state.granted
        assert 0 <= state.remaining < per_minute
        assert 1 <= state.seconds <= quota.WINDOW
        assert state.granted or state.remaining == 0
    elapsed = clock.now - 1000
    assert granted <= per_minute + elapsed * per_minute / quota.WINDOW + 1e-6


def test_memory_is_bounded_and_who_asked_last_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "REMEMBERED", 10)
    bucket = Quota(1, Clock())
    for number in range(1000):
        bucket.take(number)
    assert len(bucket) == 10
    assert not bucket.take(999).granted

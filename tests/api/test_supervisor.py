"""When a child that died is started again, and when it is given up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.supervisor import ENOUGH, FIRST_PAUSE, LONGEST_PAUSE, SOON, Patience


def test_the_pause_doubles_with_each_death_soon_after_the_start_until_it_is_enough() -> None:
    patience = Patience()
    assert [patience.died(1.0) for _ in range(ENOUGH)] == [0.2, 0.4, 0.8, 1.6, None]


def test_one_that_lived_for_a_while_is_started_at_once_however_often_it_dies() -> None:
    patience = Patience()
    assert [patience.died(SOON) for _ in range(20)] == [FIRST_PAUSE] * 20


def test_a_long_life_makes_up_for_the_deaths_before() -> None:
    patience = Patience()
    for _ in range(ENOUGH - 1):
        patience.died(0.0)
    assert patience.died(60.0) == FIRST_PAUSE
    assert patience.died(0.0) == FIRST_PAUSE


@given(st.lists(st.floats(0, 100)))
def test_it_is_given_up_for_so_many_quick_deaths_in_a_row_and_for_nothing_else(lives: list[float]) -> None:
    patience = Patience()
    in_a_row = 0
    for lived in lives:
        in_a_row = in_a_row + 1 if lived < SOON else 0
        pause = patience.died(lived)
        if in_a_row >= ENOUGH:
            assert pause is None
            return
        assert pause is not None
        assert FIRST_PAUSE <= pause <= LONGEST_PAUSE

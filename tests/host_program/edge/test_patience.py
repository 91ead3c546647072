"""How long a step bears with trouble."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pvdifyd.host_program.edge import patience
from pvdifyd.host_program.edge.patience import Patience, retry_after, said_when


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def test_pauses_grow_and_all_of_it_ends(slept: list[float]) -> None:
    patient = Patience(60)
    while patient.bear(0.0):
        pass
    assert sum(slept) <= 60
    assert slept[0] < 1 < slept[3]
    assert max(slept) <= 10
    assert len(slept) < 20


def test_calls_that_hang_are_few(slept: list[float]) -> None:
    patient, calls = Patience(60), 1
    while patient.bear(10.0):
        calls += 1
    assert 4 <= calls <= 6
    assert 10.0 * calls + sum(slept) <= 70


def test_what_goes_well_meanwhile_shortens_the_pauses_and_gives_no_new_patience(slept: list[float]) -> None:
    patient = Patience(10)
    while patient.bear(0.1):
        patient.well()
    assert max(slept) < 1
    assert sum(slept) <= 10


def test_a_limit_is_waited_for_up_to_two_minutes_in_all(slept: list[float]) -> None:
    patient = Patience(1)
    assert patient.bear_limit(100)
    assert not patient.bear_limit(30)
    assert patient.bear_limit(20)
    assert slept == [100, 20]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3", 3.0), (" 120 ", 120.0), (None, None), ("soon", None), ("-1", None), ("", None)],
)
def test_retry_after_in_seconds(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_retry_after_as_a_date() -> None:
    in_a_minute = datetime.now(UTC) + timedelta(seconds=60)
    assert retry_after(format_datetime(in_a_minute, usegmt=True)) == pytest.approx(60, abs=2)
    assert retry_after("Mon, 01 Jan 2001 00:00:00 GMT") == 0.0


def test_a_person_is_told_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience.time, "time", lambda: 0.0)
    assert said_when(90) == "in 90 s, at 00:01:30 UTC"
    assert said_when(None) == "in five minutes"

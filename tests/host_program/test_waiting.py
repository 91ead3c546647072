"""Waiting for what was asked to start, with a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pvdifyd.host_program import systemctl, waiting
from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.names import Instance
from pvdifyd.host_program.systemctl import UnitState
from pvdifyd.host_program.waiting import SETTLE_SECONDS, Expectation, wait_until_up

WEB, WORKER, CLOCK = (Instance("my-app", process, 1, 1) for process in ("web", "worker", "clock"))


class Time:
    """Passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Units:
    """``up`` and ``ends`` say, in seconds from the beginning, when each instance is up and when it ends by itself."""

    def __init__(self, time: Time) -> None:
        self._time, self._began = time, time.now
        self.up: dict[Instance, float] = {}
        self.ends: dict[Instance, float] = {}

    def states(self, units: Sequence[str]) -> dict[str, UnitState]:
        return {one.unit: self._state(one) for one in self.up if one.unit in units}

    def _state(self, one: Instance) -> UnitState:
        passed, up = self._time.now - self._began, self.up[one]
        if passed >= self.ends.get(one, float("inf")):
            return UnitState(one.unit, "activating", "auto-restart", "exit-code", 1, 3, 0.0)
        if passed >= up:
            return UnitState(one.unit, "active", "running", "success", 0, None, 0.0, started=self._began + up)
        return UnitState(one.unit, "activating", "start", "success", 0, None, 0.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(waiting, "time", made)
    return made


@pytest.fixture
def units(clock: Time, monkeypatch: pytest.MonkeyPatch) -> Units:
    made = Units(clock)
    monkeypatch.setattr(systemctl, "states", made.states)
    monkeypatch.setattr(waiting, "last_ending", lambda _: None)
    monkeypatch.setattr(waiting, "last_lines", lambda *_, **__: ["ImportError"])
    monkeypatch.setattr(waiting, "last_probe", lambda _: None)
    return made


@pytest.fixture
def waited(clock: Time, units: Units) -> Callable[..., float]:
    """Waits for these instances, and says how long it took."""

    def wait(*instances: Instance, timeout: float = 60) -> float:
        began = clock.now
        wait_until_up(instances, Expectation(timeout, 8080, None), began)
        return clock.now - began

    return wait


def test_web_is_up_as_soon_as_it_is_healthy(units: Units, waited: Callable[..., float]) -> None:
    units.up = {WEB: 2}
    assert waited(WEB) == pytest.approx(2, abs=0.3)


def test_a_process_that_nobody_can_ask_has_to_stay_up(units: Units, waited: Callable[..., float]) -> None:
    units.up = {WORKER: 0.5}
    assert waited(WORKER) == pytest.approx(0.5 + SETTLE_SECONDS, abs=0.3)


@pytest.mark.parametrize("after", [0.5, 2, 4])
def test_one_that_ends_meanwhile_fails_with_its_last_words(
    units: Units, waited: Callable[..., float], after: float
) -> None:
    units.up, units.ends = {WEB: 1, WORKER: 0}, {WORKER: after}
    with pytest.raises(StepFailed) as failed:
        waited(WEB, WORKER)
    assert failed.value.code == "release_crashed"
    assert (failed.value.details["exit_code"], failed.value.details["logs"]) == (3, ["ImportError"])


def test_all_of_them_wait_at_the_same_time_and_beside_web(units: Units, waited: Callable[..., float]) -> None:
    units.up = {WEB: 9, WORKER: 0.5, CLOCK: 1}
    assert waited(WEB, WORKER, CLOCK) == pytest.approx(9, abs=0.3)
    units.up = {WEB: 20, WORKER: 10, CLOCK: 11}
    assert waited(WORKER, CLOCK) == pytest.approx(11 - 9 + SETTLE_SECONDS, abs=0.5)


def test_the_time_to_start_is_none_to_stay_up(units: Units, waited: Callable[..., float]) -> None:
    units.up = {WORKER: 0.5}
    assert waited(WORKER, timeout=1) > SETTLE_SECONDS
    units.up = {WEB: 100}
    with pytest.raises(StepFailed, match="not healthy within 1 s"):
        waited(WEB, timeout=1)

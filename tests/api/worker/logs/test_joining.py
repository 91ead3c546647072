"""Whatever happens while an app's logs are followed, each line comes once and in its order.

Nothing runs by itself here: the test says when the journal gets lines, when the ring gets them of the journal, and when
the follower takes one more text.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvdifyd.engine.journal import Entry
from pvdifyd.reading.log_request import log_request
from pvdifyd.reading.server import ReadError
from pvdifyd.worker.logs import follower as following
from pvdifyd.worker.logs.batch import Batch
from pvdifyd.worker.logs.follower import Follower
from pvdifyd.worker.logs.question import LogQuestion, checked
from pvdifyd.worker.logs.ring import Ring
from tests.api.fake_engine import FakeEngine
from tests.api.fake_journal import FakeJournal, HostUnreachable, cursor


class OwnNumbers:
    """Releases, each of which runs its own units."""

    def of(self, units: int) -> int:
        return units


class Host:
    """Passes questions on to its journal, and says when it is away as the worker does."""

    def __init__(self, journal: FakeJournal) -> None:
        self._journal = journal

    def read(self, question: dict[str, Any], tick: float) -> Generator[list[Entry], None, None]:
        try:
            yield from self._journal.read(question, tick)
        except HostUnreachable as error:
            raise ReadError("host_unreachable", str(error)) from error


class World:
    """A journal, a ring that lags behind it, and a follower that lags behind the ring."""

    def __init__(self, before: list[str], ring_lines: int) -> None:
        self.journal = FakeJournal(at_once=3)
        for process in before:
            self.write(process)
        self.ring = Ring(self.journal.end(), most_lines=ring_lines)
        self.in_ring = len(self.journal.entries)
        self.got: list[dict[str, Any]] = []
        self.texts: Iterator[bytes] = iter(())

    def write(self, process: str) -> None:
        self.journal.write(f"line {len(self.journal.entries) + 1}", process=process)

    def read_into_ring(self, most: int) -> None:
        come = self.journal.entries[self.in_ring : self.in_ring + most]
        if come:
            self.ring.add(Batch(come, OwnNumbers()))  # type: ignore[arg-type]
            self.in_ring += len(come)

    def follow(self, **asked: Any) -> LogQuestion:
        request = log_request("myapp", **{"lines": 100, "follow": True, **asked})
        question = checked(request, FakeEngine().journal_position)
        reader = Follower(Host(self.journal), question, OwnNumbers(), threading.Event())  # type: ignore[arg-type]
        self.texts = reader.follow(self.ring)
        return question

    def take(self) -> None:
        self.got += [json.loads(line) for line in next(self.texts, b"").splitlines()]

    def take_all(self) -> None:
        """The ring gets everything, then the follower does: silence means that it has."""
        silence = 0
        while silence < 3:
            self.read_into_ring(4)
            before = len(self.got)
            self.take()
            silence = 0 if len(self.got) > before or self.in_ring < len(self.journal.entries) else silence + 1


@pytest.fixture(autouse=True, scope="module")
def nobody_waits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "TICK", 0.0)
        patch.setattr(following, "BREATH", 0.0)
        yield


processes = st.sampled_from(["web", "worker"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), processes),
        st.tuples(st.just("ring"), st.integers(1, 6)),
        st.tuples(st.just("take"), st.none()),
    ),
    max_size=60,
)


@settings(max_examples=400)
@given(
    before=st.lists(processes, max_size=12),
    earlier=steps,
    later=steps,
    ring_lines=st.integers(1, 8),
    lines=st.integers(0, 6),
    process=st.none() | processes,
)
def test_a_follower_gets_the_last_lines_and_every_later_one_once(
    before: list[str], earlier: Any, later: Any, ring_lines: int, lines: int, process: str | None
) -> None:
    world = World(before, ring_lines)
    run(world, earlier)
    world.follow(lines=lines, process=process)
    world.take()
    asked_at = [len(world.journal.entries), world.in_ring]
    run(world, later)
    world.take_all()
    assert_no_gap_no_repeat(world, process)
    all_of_it = wanted(world, process)
    first = all_of_it.index(world.got[0]["message"]) if world.got else len(all_of_it)
    there = len([one for one in world.journal.entries[: asked_at[0]] if process in (None, one.process)])
    assert first <= max(0, there - lines) or (world.got == [] and there == 0), "the last lines are among them"


@settings(max_examples=400)
@given(
    before=st.lists(processes, min_size=1, max_size=12),
    earlier=steps,
    later=steps,
    ring_lines=st.integers(1, 8),
    place=st.integers(0, 100),
    process=st.none() | processes,
)
def test_a_follower_that_comes_again_gets_every_line_after_its_last(
    before: list[str], earlier: Any, later: Any, ring_lines: int, place: int, process: str | None
) -> None:
    world = World(before, ring_lines)
    run(world, earlier)
    number = 1 + place % len(world.journal.entries)
    world.follow(after=cursor(number), process=process)
    run(world, later)
    world.take_all()
    expected = [one.message for one in world.journal.entries[number:] if process in (None, one.process)]
    assert [one["message"] for one in world.got] == expected


def test_a_slow_follower_falls_out_of_the_ring_and_loses_nothing() -> None:
    world = World(["web"] * 5, ring_lines=4)
    world.follow(lines=2)
    world.take()
    for _ in range(50):
        world.write("web")
        world.read_into_ring(1)
    world.take_all()
    assert [one["message"] for one in world.got] == [f"line {number}" for number in range(4, 56)]
    assert [question.get("after") is not None for question in world.journal.readers] == [False, True]


def test_a_follower_that_keeps_up_reads_the_journal_once() -> None:
    world = World(["web"] * 5, ring_lines=4)
    world.follow(lines=2)
    world.take()
    for _ in range(50):
        world.write("web")
        world.read_into_ring(1)
        world.take()
    world.take_all()
    assert len(world.got) == 52
    assert len(world.journal.readers) == 1


def test_a_host_that_goes_away_while_a_slow_follower_reads_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following, "FIRST_DELAY", 0.0)
    world = World(["web"] * 5, ring_lines=1)
    world.follow(lines=0)
    world.take()
    for _ in range(9):
        world.write("web")
        world.read_into_ring(1)
    world.journal.away = True
    world.take()
    assert world.got == []
    world.journal.away = False
    world.take_all()
    assert [one["message"] for one in world.got] == [f"line {number}" for number in range(6, 15)]


def test_a_journal_that_was_begun_anew_goes_on() -> None:
    """Its entries count another sequence, so that the times tell what comes after what."""
    world = World(["web"] * 3, ring_lines=8)
    world.follow(after=cursor(2, sequence="c" * 32))
    world.take_all()
    assert [one["message"] for one in world.got] == ["line 3"]


def run(world: World, what: list[tuple[str, Any]]) -> None:
    for step, value in what:
        match step:
            case "write":
                world.write(value)
            case "ring":
                world.read_into_ring(value)
            case "take":
                world.take()


def wanted(world: World, process: str | None) -> list[str]:
    return [one.message for one in world.journal.entries if process in (None, one.process)]


def assert_no_gap_no_repeat(world: World, process: str | None) -> None:
    """What came is the end of all that was written."""
    messages = [one["message"] for one in world.got]
    all_of_it = wanted(world, process)
    assert messages == all_of_it[len(all_of_it) - len(messages) :]

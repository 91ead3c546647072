"""One reader of an app's logs: first what there is, then what comes, with nothing left out and nothing twice.

A follower knows its position: the place in the journal up to which it has everything. The ring has everything after its
floor. So a follower whose position is not before the floor takes from the ring what stands after its position; one that
is further behind, because it came with an old cursor or takes lines slowly, reads the journal by itself until it has
come as far as the ring was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from pvdifyd.reading.server import ReadError
from pvdifyd.worker.engine_face import LogEntry, Position
from pvdifyd.worker.logs.batch import Batch
from pvdifyd.worker.logs.journal import Journal
from pvdifyd.worker.logs.question import LogQuestion
from pvdifyd.worker.logs.releases import Releases
from pvdifyd.worker.logs.ring import FellBehind, Ring
from pvdifyd.worker.logs.tail import FIRST_DELAY, LONGEST_DELAY

# Seconds after which a silent follower gives a sign of life.
TICK = 1.0

# Seconds between two texts: what comes meanwhile goes together, which costs everybody less.
BREATH = 0.02

# What says that nothing has come.
NOTHING = b""


class Follower:
    """Answers one question about an app's logs."""

    def __init__(
        self, journal: Journal, question: LogQuestion, releases: Releases, stopping: threading.Event
    ) -> None:
        self._journal = journal
        self._question = question
        self._stopping = stopping
        self._releases = releases
        self._position: Position | None = question.after

    def lines(self) -> Iterator[bytes]:
        """The lines there are, as texts of whole lines of JSON; raises ReadError."""
        with closing(self._journal.read(self._question.last_lines(), TICK)) as found:
            for entries in found:
                if self._stopping.is_set():
                    raise ReadError("reader_unavailable", "The worker stops.")
                if entries:
                    yield self._taken(entries)

    def follow(self, ring: Ring) -> Iterator[bytes]:
        """The lines there are and those that come, and NOTHING at least every second, until the app is gone or the
        worker stops; raises ReadError while it has not begun."""
        if self._question.after is None:
            newest = ring.newest
            if self._question.lines:
                yield from self.lines()
            self._has_reached(newest)
        yield NOTHING
        while not self._stopping.is_set():
            try:
                yield from self._from_ring(ring)
                return
            except FellBehind:
                yield from self._catch_up(ring)

    def _from_ring(self, ring: Ring) -> Iterator[bytes]:
        """What the ring has after the position, and what comes, until it is closed; raises FellBehind."""
        number = ring.number_after(self._position)
        said, more = time.monotonic(), True
        while more and not self._stopping.is_set():
            batches, more = ring.take(number, TICK)
            number += len(batches)
            text = b"".join(self._picked(batches))
            if text or time.monotonic() - said >= TICK:
                yield text
                said = time.monotonic()
                self._stopping.wait(BREATH)

    def _picked(self, batches: list[Batch]) -> Iterator[bytes]:
        for batch in batches:
            if batch.last.is_after(self._position):
                yield batch.picked(self._question, self._position)
                self._position = batch.last

    def _catch_up(self, ring: Ring) -> Iterator[bytes]:
        """What the journal has after the position, at least as far as the ring is now. A host that goes away meanwhile
        is tried again."""
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            newest = ring.newest
            try:
                with closing(self._journal.read(self._question.later_than(self._position), TICK)) as found:
                    for entries in found:
                        yield self._taken(entries) if entries else NOTHING
                        if self._stopping.is_set():
                            return
                self._has_reached(newest)
                return
            except ReadError:
                yield from self._wait(delay)
                delay = min(delay * 2, LONGEST_DELAY)

    def _taken(self, entries: Sequence[LogEntry]) -> bytes:
        batch = Batch(entries, self._releases)
        self._position = batch.last
        return batch.text

    def _has_reached(self, position: Position | None) -> None:
        """Know that nothing that is asked for stands between the own position and this one."""
        if position is not None and position.is_after(self._position):
            self._position = position

    def _wait(self, seconds: float) -> Iterator[bytes]:
        until = time.monotonic() + seconds
        yield NOTHING
        while time.monotonic() < until and not self._stopping.wait(min(TICK, seconds)):
            yield NOTHING

"""The newest lines of an app, for followers who take them at their own pace."""

from __future__ import annotations

import threading
from collections import deque

from pvdifyd.worker.engine_face import Position
from pvdifyd.worker.logs.batch import Batch

# What is kept for who is a little behind, some seconds of an app that writes all the time; who is further behind reads
# the journal, which costs the host and everybody more. Bytes of text, and lines.
MOST_BYTES = 16 * 1024 * 1024
MOST_LINES = 100_000

# Bytes that a batch takes beside its text: lines that come one by one are to be bounded too.
OF_BATCH = 1536

# Bytes that a follower takes at once.
BITE = 256 * 1024


class FellBehind(Exception):
    """What comes next for this follower is no longer kept here."""


class Ring:
    """All of an app's lines that stand after its `floor`, of which there are at most so many.

    Batches are counted from 0 on; their numbers stay when older ones go.
    """

    def __init__(
        self, floor: Position | None, most_bytes: int = MOST_BYTES, most_lines: int = MOST_LINES
    ) -> None:
        self._floor = floor
        self._most_bytes = most_bytes
        self._most_lines = most_lines
        self._batches: deque[Batch] = deque()
        self._first = 0
        self._bytes = 0
        self._lines = 0
        self._closed = False
        self._changed = threading.Condition()

    @property
    def newest(self) -> Position | None:
        """Where it ends: everything up to there has been added."""
        with self._changed:
            return self._batches[-1].last if self._batches else self._floor

    def add(self, batch: Batch) -> None:
        """Add what came next, and let go of the oldest where there is too much."""
        with self._changed:
            self._batches.append(batch)
            self._bytes += len(batch.text) + OF_BATCH
            self._lines += len(batch)
            while len(self._batches) > 1 and (
                self._bytes > self._most_bytes or self._lines > self._most_lines
            ):
                gone = self._batches.popleft()
                self._floor = gone.last
                self._first += 1
                self._bytes -= len(gone.text) + OF_BATCH
                self._lines -= len(gone)
            self._changed.notify_all()

    def close(self) -> None:
        """Say that nothing will be added any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Let every follower look up."""
        with self._changed:
            self._changed.notify_all()

    def number_after(self, position: Position | None) -> int:
        """The number of the first batch with something after this place; raises FellBehind where lines between are no
        longer here."""
        with self._changed:
            if self._floor is not None and self._floor.is_after(position):
                raise FellBehind
            number = self._first + len(self._batches)
            for batch in reversed(self._batches):
                if not batch.last.is_after(position):
                    break
                number -= 1
            return number

    def take(self, number: int, wait: float) -> tuple[list[Batch], bool]:
        """The batches from this number on, a bite of them at most, and whether more may come; waits up to `wait`
        seconds for the first. Raises FellBehind."""
        with self._changed:
            if number >= self._first + len(self._batches) and not self._closed:
                self._changed.wait(wait)
            if number < self._first:
                raise FellBehind
            taken: list[Batch] = []
            size = 0
            for index in range(number - self._first, len(self._batches)):
                taken.append(self._batches[index])
                size += len(taken[-1].text)
                if size >= BITE:
                    break
            return taken, bool(taken) or not self._closed

"""One reader of one app on its host, into a ring that everybody who follows the app takes from."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from pvdifyd.reading.server import ReadError
from pvdifyd.worker.engine_face import Position
from pvdifyd.worker.logs.batch import Batch
from pvdifyd.worker.logs.journal import Journal
from pvdifyd.worker.logs.releases import Releases
from pvdifyd.worker.logs.ring import Ring

# Seconds between two looks whether it is still wanted.
TICK = 0.5

# Seconds between two tries to reach a host that went away: at first, and at most.
FIRST_DELAY = 0.5
LONGEST_DELAY = 10.0

logger = logging.getLogger(__name__)


class Tail:
    """Reads from where the journal ends when it starts, until nobody wants it any more or the app is gone.

    A host that goes away is tried again from the last line on.
    """

    def __init__(self, journal: Journal, app: str, wanted: Callable[[Tail], bool]) -> None:
        self._journal = journal
        self._app = app
        self._wanted = wanted
        self._releases = Releases(app)
        self._began = threading.Event()
        self._ring: Ring | None = None
        self._refused: ReadError | None = None
        self.followers = 0
        self.left_at = time.monotonic()

    def ring(self) -> Ring:
        """The ring, once it is known where the journal ends; raises ReadError when the host can't be read."""
        self._began.wait()
        if self._ring is None:
            raise self._refused or ReadError("reader_unavailable", "Reading the host failed.")
        return self._ring

    def run(self) -> None:
        """Read until it is over. To be run in a thread of its own."""
        try:
            position = self._journal.end()
            self._ring = Ring(position)
        except ReadError as error:
            self._refused = error
            return
        finally:
            self._began.set()
        try:
            self._read_on(self._ring, position)
        finally:
            self._ring.close()

    def wake(self) -> None:
        """Let every follower look up."""
        if self._ring is not None:
            self._ring.wake()

    def _read_on(self, ring: Ring, position: Position | None) -> None:
        delay = FIRST_DELAY
        while self._goes_on():
            reached = position
            try:
                position = self._read(ring, position)
            except ReadError as error:
                position = ring.newest
                logger.info("the logs of %s are read again in %.1f s: %s", self._app, delay, error.message)
            delay = FIRST_DELAY if position is not reached else min(delay * 2, LONGEST_DELAY)
            self._pause(delay)

    def _read(self, ring: Ring, position: Position | None) -> Position | None:
        question: dict[str, Any] = {"app": self._app, "after": position, "follow": True}
        with closing(self._journal.read(question, TICK)) as batches:
            for entries in batches:
                if entries:
                    ring.add(Batch(entries, self._releases))
                if not self._goes_on():
                    break
        return ring.newest

    def _goes_on(self) -> bool:
        return self._wanted(self) and self._releases.exist()

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._goes_on():
            time.sleep(min(TICK, max(0.0, until - time.monotonic())))

"""The logs of all apps: who follows the same app shares one reader."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pvdifyd.reading.server import ReadError
from pvdifyd.worker.engine_face import Engine
from pvdifyd.worker.logs.follower import Follower
from pvdifyd.worker.logs.journal import Journal
from pvdifyd.worker.logs.question import checked
from pvdifyd.worker.logs.releases import Releases
from pvdifyd.worker.logs.tail import Tail

# Seconds a reader stays after its last follower, for one that comes right back.
LINGER = 5.0

# Seconds the followers have to take the end when the worker stops.
ENDING = 5.0

logger = logging.getLogger(__name__)


class Logs:
    """Reads logs for at most `limit` who ask at once."""

    def __init__(self, engine: Engine, control_directory: Path, limit: int) -> None:
        self._engine = engine
        self._control_directory = control_directory
        self._limit = limit
        self._readers = 0
        self._tails: dict[tuple[str, str], Tail] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def read(self, host: str, request: dict[str, Any]) -> Iterator[bytes]:
        """The answer in texts of whole lines of JSON, empty ones as signs of life; raises ReadError."""
        question = checked(request, self._engine.journal_position)
        journal = Journal(self._engine, self._control_directory, host)
        follower = Follower(journal, question, Releases(question.app), self._stopping)
        with self._counted():
            if not question.follow:
                yield from follower.lines()
                return
            with self._joined(journal, question.app) as tail:
                yield from follower.follow(tail.ring())

    def stop(self) -> None:
        """End every reading, and wait a moment until all are told."""
        self._stopping.set()
        for tail in self._running():
            tail.wake()
        until = time.monotonic() + ENDING
        while (self._readers or self._tails) and time.monotonic() < until:
            time.sleep(0.02)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            if self._readers >= self._limit or self._stopping.is_set():
                raise ReadError("reader_unavailable", "The worker reads as many logs as it may, or stops.")
            self._readers += 1
        try:
            yield
        finally:
            with self._lock:
                self._readers -= 1

    @contextmanager
    def _joined(self, journal: Journal, app: str) -> Iterator[Tail]:
        key = (journal.host, app)
        with self._lock:
            tail = self._tails.get(key) or self._started(key, journal)
            tail.followers += 1
        try:
            yield tail
        finally:
            with self._lock:
                tail.followers -= 1
                tail.left_at = time.monotonic()

    def _started(self, key: tuple[str, str], journal: Journal) -> Tail:
        tail = self._tails[key] = Tail(journal, key[1], self._is_wanted)
        threading.Thread(target=self._run, args=(tail,), name=f"logs of {key[1]}", daemon=True).start()
        return tail

    def _run(self, tail: Tail) -> None:
        try:
            tail.run()
        except Exception:
            logger.exception("reading logs failed; who follows them comes again")
        finally:
            with self._lock:
                self._forget(tail)

    def _is_wanted(self, tail: Tail) -> bool:
        """Whether somebody follows, or did a moment ago; once the answer is no, the next follower starts another."""
        with self._lock:
            if self._stopping.is_set():
                return False
            if tail.followers or time.monotonic() - tail.left_at < LINGER:
                return True
            self._forget(tail)
            return False

    def _forget(self, tail: Tail) -> None:
        for key in [key for key, known in self._tails.items() if known is tail]:
            del self._tails[key]

    def _running(self) -> list[Tail]:
        with self._lock:
            return list(self._tails.values())

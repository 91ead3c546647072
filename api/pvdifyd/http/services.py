"""What a request needs beside the database: the queue, the reader, the streams."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from pvdifyd.http.access.sign_in_limit import SignInLimit
from pvdifyd.http.metrics.metrics import Metrics
from pvdifyd.http.rate_limit.quota import Quota
from pvdifyd.queue import JobQueue
from pvdifyd.reading.client import ReaderClient

_NAME = "pvdifyd"

logger = logging.getLogger("pvdifyd.http")


class StreamLimit:
    """Counts the open streams, so that they never take every thread."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._open = 0
        self._lock = threading.Lock()

    @property
    def open(self) -> int:
        """How many are open now."""
        return self._open

    def take(self) -> bool:
        """Whether there is room for one more stream; if so it is taken."""
        with self._lock:
            room = self._open < self.limit
            self._open += room
            return room

    def give_back(self) -> None:
        """The stream ended."""
        with self._lock:
            self._open -= 1


@dataclass(frozen=True)
class Services:
    """stopping is set when the server ends, and every stream with it; sign_ins counts those that fail, quota the
    requests of each token and address, metrics what Prometheus is told."""

    queue: JobQueue
    reader: ReaderClient
    streams: StreamLimit
    stopping: threading.Event = field(default_factory=threading.Event)
    sign_ins: SignInLimit = field(default_factory=SignInLimit)
    quota: Quota = field(default_factory=Quota)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.metrics.watch(self.streams)

    def announce(self, operation_ids: Iterable[int]) -> None:
        """Tell the worker of committed operations; it finds them by itself when that fails."""
        for operation_id in operation_ids:
            try:
                self.queue.enqueue(operation_id)
            except sqlite3.Error:
                logger.warning("operation %d was not announced; the worker's sweep finds it", operation_id)

    def install(self, application: Flask) -> None:
        """Give these to the application's requests."""
        application.extensions[_NAME] = self


def services() -> Services:
    """Those of the application that answers this request."""
    return cast(Services, current_app.extensions[_NAME])

"""Operations by kind and result, and how long they took. The rows are the truth, and the worker writes them: they are
read when somebody asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from pvdifyd.models import Operation, connected
from pvdifyd.models.operation import CLOSED

# Seconds: a restart of one instance takes two, a deploy that pulls a large image minutes.
_BUCKETS = (1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 300.0, 600.0, 1800.0)

_COLUMNS = (Operation.id, Operation.kind, Operation.status, Operation.started_at, Operation.finished_at)


class OperationsCollector(Collector):
    """Counts each operation that has ended once.

    An ended operation never changes, so that only those are read that are newer than the oldest one that had not
    ended at the last look.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = Histogram(
            "pvdify_operation_duration_seconds",
            "Seconds that operations ran, by how they ended; one that never began ran for none.",
            ["kind", "result"],
            buckets=_BUCKETS,
            registry=None,
        )
        self._all_ended_to = 0
        self._counted: set[int] = set()

    def describe(self) -> list[Metric]:
        """Nothing: to be registered, the database need not be there."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What has ended since the beginning."""
        with self._lock:
            self._look()
            yield from self._ended.collect()

    def _look(self) -> None:
        connected()
        newer = Operation.id > self._all_ended_to
        all_ended = True
        for row in Operation.select(*_COLUMNS).where(newer).order_by(Operation.id).iterator():
            ended = row.status in CLOSED
            if ended and row.id not in self._counted:
                self._ended.labels(row.kind, row.status).observe(_seconds(row))
                self._counted.add(row.id)
            all_ended = all_ended and ended
            if all_ended:
                self._all_ended_to = row.id
        self._counted = {number for number in self._counted if number > self._all_ended_to}


def _seconds(operation: Operation) -> float:
    if operation.started_at is None or operation.finished_at is None:
        return 0.0
    ran = datetime.fromisoformat(operation.finished_at) - datetime.fromisoformat(operation.started_at)
    return max(0.0, ran.total_seconds())

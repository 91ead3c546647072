"""What an API asks beside its database, without a worker and without a host."""

from __future__ import annotations

import json
import threading
from typing import Any

from pvdifyd.http.rate_limit.quota import Quota
from pvdifyd.http.services import Services, StreamLimit
from pvdifyd.queue import JobQueue
from pvdifyd.reading.client import ReaderClient
from pvdifyd.settings import Settings
from tests.api.fake_journal import cursor

# More requests than any test makes.
NO_LIMIT = 10**9


class Lines(list[bytes]):
    """What the worker sends of an app's logs."""

    def close(self) -> None:
        """Nothing is open."""


class FakeReader(ReaderClient):
    """The worker's answers, without a worker."""

    def ping(self) -> None:
        """It answers."""

    def ps(self, host: str, app: str) -> dict[str, Any]:
        instance = {
            "process": "web",
            "instance": 1,
            "release": 2,
            "state": "healthy",
            "since": "2026-01-05T10:30:00.000Z",
            "restarts": 0,
            "role": "current",
            "unit": f"pvdify-{app}-web-v2@1.service",
            "memory": 12582912,
            "cpu": 1.5,
            "reason": None,
        }
        return {"current": 2, "units": 2, "instances": [instance]}

    def free_port(self, host: str, first: int, last: int, taken: list[int]) -> int | None:
        return next((port for port in range(first, last + 1) if port not in taken), None)

    def capacity(self, host: str) -> dict[str, int]:
        return {"memory": 8 * 1024**3, "cpus": 4}

    def tunnel(self, host: str) -> dict[str, Any]:
        return {"ready": True, "connections": 4, "in_force": True, "version": "2026.8.2"}

    def logs(self, host: str, request: dict[str, Any]) -> Any:
        line = {"at": "2026-01-05T10:30:00.000Z", "process": "web", "instance": 1, "release": 2}
        lines = [{"cursor": cursor(number), **line, "message": f"line {number}"} for number in (1, 2)]
        return Lines(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)


class FakeQueue(JobQueue):
    """Nobody takes anything out of it."""

    def enqueue(self, operation_id: int) -> None:
        """It is forgotten."""


def services_without_a_worker(settings: Settings) -> Services:
    """Each stream ends once it has told what there is, and nobody asks too often."""
    stopping = threading.Event()
    stopping.set()
    return Services(
        queue=FakeQueue(settings.queue_path),
        reader=FakeReader(settings.reader_path),
        streams=StreamLimit(2),
        stopping=stopping,
        quota=Quota(NO_LIMIT),
    )

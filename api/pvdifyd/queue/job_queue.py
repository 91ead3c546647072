"""The queue on huey: the API puts ids in, the worker's threads take them out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from huey import SqliteHuey
from huey.consumer import Consumer

from pvdifyd.queue.message_serializer import MessageSerializer

# Seconds between two looks at an empty queue: what a person waits at most before an operation begins.
POLL_INTERVAL = 0.1

_TASK = "pvdifyd.perform"


class JobQueue:
    """The queue in one SQLite file."""

    def __init__(self, path: Path, perform: Callable[[int], None] | None = None) -> None:
        """`perform` is what the worker does with an id; the API has no need of it."""
        self._huey = SqliteHuey(
            "pvdify",
            filename=str(path),
            results=False,
            serializer=MessageSerializer(_TASK),
            fsync=True,
            timeout=30,
        )
        module, name = _TASK.split(".")
        self._task = self._huey.task(name=name)(_named(perform or _not_here, module))

    def enqueue(self, operation_id: int) -> None:
        """Tell the worker of a queued operation. It would find the row without it, up to a second later."""
        self._huey.enqueue(self._task.s(operation_id))

    def waiting(self) -> set[int]:
        """The ids that are in the queue now."""
        return {task.args[0] for task in self._huey.pending()}

    def consumer(self, threads: int) -> Consumer:
        """What runs `perform` for the ids, so many side by side; its owner handles the signals."""
        return _QuietConsumer(
            self._huey,
            workers=threads,
            periodic=False,
            initial_delay=POLL_INTERVAL,
            backoff=1.0,
            max_delay=POLL_INTERVAL,
        )


class _QuietConsumer(Consumer):  # type: ignore[misc]
    def _set_signal_handlers(self) -> None:
        """The worker's main loop has handlers of its own."""


def _named(function: Callable[[int], None], module: str) -> Callable[[int], None]:
    # huey names a task by its function's module, and both sides of the queue must give it the same one.
    def task(operation_id: int) -> None:
        function(operation_id)

    task.__module__ = module
    return task


def _not_here(operation_id: int) -> None:
    raise RuntimeError(f"Operation {operation_id} was to be run by a process that is no worker.")

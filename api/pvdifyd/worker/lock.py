"""One worker for a home: the kernel gives the lock back however the worker ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pvdifyd.errors import ConflictError


@contextmanager
def only_worker(path: Path) -> Iterator[None]:
    """Hold the lock; raises ConflictError(worker_running) when another worker has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConflictError(
            f"A worker runs for {path.parent} already. Stop it first, or let it work.", code="worker_running"
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)

"""Who compares times, or needs every processor, is at its test alone; all others may be at theirs side by side.

A lock on a file, shared by those others, says so to every process of one test run.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(file: Path, *, alone: bool) -> Iterator[None]:
    """Waits until nobody else is at a test, or, without `alone`, until nobody is who must be alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)

"""One command at a time: for a demo's directory, and for what demos share."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DemoError


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Holds the lock of a demo's directory; DemoError when another process has it.

    It is the folder around it that is locked, which stays when the demo goes; the kernel drops the lock with the
    process, however that ends.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(directory.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                f"another process is making or removing {directory}; wait until it is done."
            ) from None
        yield
    finally:
        os.close(folder)


@contextmanager
def one_by_one(folder: Path) -> Iterator[None]:
    """Waits until nobody else who asks for this folder is at work."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

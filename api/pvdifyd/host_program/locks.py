"""Locks on the host: one run at a time touches an app, one at a time what all apps share.

They are the kernel's, held by an open file: a process that is killed holds none.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .answers import StepFailed
from .names import RUNTIME

PATIENCE = 600.0


@contextmanager
def app_lock(app: str) -> Iterator[None]:
    """Hold the app for this step. Raises ``StepFailed(host_busy)`` when another run has it for ten minutes."""
    with _held(RUNTIME / "locks" / f"app-{app}"):
        yield


@contextmanager
def environment_lock(app: str) -> Iterator[None]:
    """Hold the files in memory that an app's config vars are read from. Who holds it waits for nobody: instances may
    be waiting for it, and who holds the app for them."""
    with _held(RUNTIME / "locks" / f"environment-{app}"):
        yield


@contextmanager
def host_lock() -> Iterator[None]:
    """Hold what apps share: the ports given out, the proxy's files, the images pulled."""
    with _held(RUNTIME / "locks" / "host"):
        yield


@contextmanager
def edge_lock() -> Iterator[None]:
    """Hold what brings requests for domains to the host; calls to Cloudflare take long, so it is no other's lock."""
    with _held(RUNTIME / "locks" / "edge"):
        yield


@contextmanager
def pull_lock(reference: str) -> Iterator[None]:
    """Hold one image: it is pulled once, whoever asks for it meanwhile."""
    with _held(RUNTIME / "locks" / f"pull-{hashlib.sha256(reference.encode()).hexdigest()[:16]}"):
        yield


@contextmanager
def _held(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise StepFailed(
                        "host_busy", f"Another run has held {path.name} for {PATIENCE:.0f} s."
                    ) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)

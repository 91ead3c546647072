"""Ending a process with all it has started: Ansible's workers leave its process group, so that a signal to the group
would miss them."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def kill(process: int) -> None:
    """Kill a process and everything below it; harmless where it is gone."""
    for number in [process, *descendants(process)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def descendants(process: int) -> list[int]:
    """The processes below this one, by /proc (proc(5), "stat")."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        # A process may end while we look.
        with contextlib.suppress(OSError, IndexError, ValueError):
            after_name = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            children.setdefault(int(after_name[1]), []).append(int(path.parent.name))
    found, unseen = [], [process]
    while unseen:
        below = children.get(unseen.pop(), [])
        found += below
        unseen += below
    return found

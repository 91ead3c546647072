"""Ending a process with all it has started: Ansible's workers leave its process group, so that a signal to the group
would miss them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path

_SET_CHILD_SUBREAPER = 36


def kill(process: int) -> None:
    """Kill a process and everything below it; harmless where it is gone."""
    for number in [process, *descendants(process)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def descendants(process: int) -> list[int]:
    """The processes below this one."""
    children = _children_of_all()
    found, unseen = [], [process]
    while unseen:
        below = children.get(unseen.pop(), [])
        found += below
        unseen += below
    return found


def children(process: int) -> list[int]:
    """The processes right below this one."""
    return _children_of_all().get(process, [])


def adopt_orphans() -> None:
    """Have the kernel make this process the parent of whatever its descendants leave behind (prctl(2),
    PR_SET_CHILD_SUBREAPER)."""
    ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children_of_all() -> dict[int, list[int]]:
    """By /proc (proc(5), "stat")."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        # A process may end while we look.
        with contextlib.suppress(OSError, IndexError, ValueError):
            after_name = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            children.setdefault(int(after_name[1]), []).append(int(path.parent.name))
    return children

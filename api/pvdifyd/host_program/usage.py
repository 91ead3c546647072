"""What instances use now: memory and processor time, of the control groups they run in.

A control group counts its processor time on every host. Its memory is counted only where the controller is there; else
the resident memory of its processes is added up, which counts what they share more than once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_BETWEEN = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """``memory`` in bytes, ``cpu`` in percent of one processor; None where it can't be told."""

    memory: int | None
    cpu: float | None


def usage_of(control_groups: Iterable[str]) -> dict[str, Usage]:
    """What each control group (a path as systemd gives it) uses; takes a tenth of a second, for all of them."""
    folders = {group: _ROOT / group.lstrip("/") for group in control_groups if group}
    began, before = time.monotonic(), {group: _processor_time(folder) for group, folder in folders.items()}
    if folders:
        time.sleep(_BETWEEN)
    after = {group: _processor_time(folder) for group, folder in folders.items()}
    passed = time.monotonic() - began
    return {
        group: Usage(_memory(folder), _percent(before[group], after[group], passed))
        for group, folder in folders.items()
    }


def _percent(before: int | None, after: int | None, seconds: float) -> float | None:
    if before is None or after is None or not seconds:
        return None
    return round((after - before) / 1e6 / seconds * 100, 1)


def _processor_time(folder: Path) -> int | None:
    """In microseconds (cgroup-v2, "cpu.stat")."""
    for line in _lines(folder / "cpu.stat"):
        name, _, value = line.partition(" ")
        if name == "usage_usec":
            return int(value)
    return None


def _memory(folder: Path) -> int | None:
    counted = _lines(folder / "memory.current")
    if counted:
        return int(counted[0])
    processes = [process for path in folder.rglob("cgroup.procs") for process in _lines(path)]
    return sum(map(_resident, processes)) if processes else None


def _resident(process: str) -> int:
    """In bytes (proc(5), "statm"); 0 for one that has ended meanwhile."""
    fields = (_lines(Path("/proc", process, "statm")) or [""])[0].split()
    return int(fields[1]) * _PAGE if len(fields) > 1 else 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []

"""What the host has to give, and whether a limit is one it can keep."""

from __future__ import annotations

import os
from typing import Any

from .answers import StepFailed
from .quadlets import Limits

_MEMORY = "/proc/meminfo"
_MIB = 1024 * 1024


def memory_of_host() -> int:
    """The host's memory in bytes (proc(5), "MemTotal", which is in KiB)."""
    with open(_MEMORY, encoding="ascii") as lines:
        total = next(line for line in lines if line.startswith("MemTotal:"))
    return int(total.split()[1]) * 1024


def processors_of_host() -> int:
    return os.cpu_count() or 1


def limits_of(resources: dict[str, Any] | None) -> Limits | None:
    """The limits a request asks for, None where it asks for none.

    Raises ``StepFailed(limit_exceeds_host)`` for more than the host has: such a limit would hold nothing back.
    """
    if resources is None:
        return None
    limits = Limits(int(resources["memory"]), float(resources["cpu"]))
    memory, processors = memory_of_host(), processors_of_host()
    if limits.memory > memory:
        asked, there = limits.memory // _MIB, memory // _MIB
        raise _too_much(f"memory: {asked}M is more than the {there}M that the host has.", f"{there}M")
    if limits.cpu > processors:
        raise _too_much(
            f"cpu: {limits.cpu:g} is more than the {processors} processors that the host has.",
            str(processors),
        )
    return limits


def _too_much(message: str, most: str) -> StepFailed:
    return StepFailed(
        "limit_exceeds_host", message, next_step=f"Ask for at most {most}: pvdify resources APP --help"
    )

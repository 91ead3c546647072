"""What is being done to an app, as the host remembers it: which operation, in which phase, since when.

A run that is cut off leaves this behind. The next one tells from it that it goes on with the same operation, and so
does a person who looks at a host with no controller. It is written before a phase touches anything, and goes with the
operation's last.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import kept_file
from .changes import Changes, write_atomically
from .names import app_folder

FIRST_PHASES = ("pull", "stage")
UNDOING = "restore"


@dataclass(frozen=True)
class UnderWay:
    """``operation`` is its number, 0 for a run by hand; ``units`` the release it brings; ``began`` and ``phase_began``
    are in seconds since the epoch, by the host's clock."""

    operation: int
    units: int
    phase: str
    began: float
    phase_began: float


def enter(phase: str, request: dict[str, Any], changes: Changes) -> UnderWay:
    """Note that a phase begins. An operation that was cut off before keeps the time it first began at."""
    now, before = time.time(), under_way(request["app"])
    operation = int(request.get("operation") or 0)
    began = before.began if before is not None and _goes_on(before, operation, phase) else now
    entered = UnderWay(operation, int(request.get("units") or 0), phase, began, now)
    if not changes.check:
        # No change in the sense of a playbook's: a run that finds all as it should be reports none.
        write_atomically(_path(request["app"]), json.dumps(asdict(entered), indent=2) + "\n", 0o644)
    return entered


def _goes_on(before: UnderWay, operation: int, phase: str) -> bool:
    """Runs by hand have no number: each begins with its own first phase. One that was undoing begins anew."""
    is_first_by_hand = operation == 0 and phase in FIRST_PHASES
    return before.operation == operation and not is_first_by_hand and before.phase != UNDOING


def leave(app: str, changes: Changes) -> None:
    """Note that nothing is under way any more."""
    if not changes.check:
        _path(app).unlink(missing_ok=True)


def under_way(app: str) -> UnderWay | None:
    """What is, or was when it was cut off; None where everything has come to its end. Raises what ``kept_file.read``
    raises."""
    return kept_file.read(_path(app), lambda held: UnderWay(**held))


def _path(app: str) -> Path:
    return app_folder(app) / "under-way.json"

"""Ansible kept warm: a process that has imported it and forks for each run.

Importing Ansible costs more than half a second of processor time, at each run. ansible-runner stays as it is: first on
the run's PATH stands a small program of ours named ``ansible-playbook``, which hands its arguments, environment and
open files to the warm process and waits. Where that can't be reached, it becomes the real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..private import remove_left_behind
from .handle import WarmAnsible
from .keeper import Keeper

_kept: Keeper | None = None


@contextmanager
def kept_warm(control_directory: Path) -> Iterator[WarmAnsible]:
    """Keep an Ansible warm for this process's runs, all of which must use this ``control_directory``. The first is
    given; where it dies, another takes its place.

    What an earlier process of the same directory left in memory when it was killed is removed first.
    """
    global _kept
    remove_left_behind(control_directory)
    keeper = Keeper(control_directory)
    _kept = keeper
    try:
        yield keeper.warm
    finally:
        _kept = None
        keeper.stop()


def programs() -> Path | None:
    """What a run puts first on its PATH, if an Ansible is kept warm."""
    return _kept.programs() if _kept is not None else None


__all__ = ["WarmAnsible", "kept_warm", "programs"]

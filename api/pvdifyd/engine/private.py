"""Where a run's files lie: in memory, readable by nobody else, gone when it ends.

Those of a process that was killed are removed by the next worker of the same control directory. A run of a process
that lives is left alone: `pvdifyd host add` prepares a host beside a worker that is just starting.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")


def make_private(control_directory: Path) -> Path:
    """A new private folder, with what Ansible's settings name in it."""
    prefix = f"{_prefix(control_directory)}{os.getpid()}-"
    private = Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if _MEMORY.is_dir() else None))
    (private / "tmp").mkdir()
    (private / "ansible.cfg").touch()  # so that no file of the machine configures a run
    return private


def remove_left_behind(control_directory: Path) -> None:
    """Remove the private folders of processes of this control directory that are no more."""
    for place in (_MEMORY, Path(tempfile.gettempdir())):
        for left in place.glob(_prefix(control_directory) + "*"):
            owner = left.name.removeprefix(_prefix(control_directory)).partition("-")[0]
            if not Path("/proc", owner).exists():
                shutil.rmtree(left, ignore_errors=True)


def _prefix(control_directory: Path) -> str:
    tag = hashlib.sha256(str(control_directory).encode()).hexdigest()[:12]
    return f"pvdify-run-{tag}-"

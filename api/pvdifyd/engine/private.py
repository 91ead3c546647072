"""Where a run's files lie: in memory, readable by nobody else, gone when it ends.

Those of a process that was killed are removed by the next one of the same control directory: there is one worker for
each, so that whatever lies there at its start is nobody's.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")


def make_private(control_directory: Path) -> Path:
    """A new private folder, with what Ansible's settings name in it."""
    private = Path(
        tempfile.mkdtemp(prefix=_prefix(control_directory), dir=_MEMORY if _MEMORY.is_dir() else None)
    )
    (private / "tmp").mkdir()
    (private / "ansible.cfg").touch()  # so that no file of the machine configures a run
    return private


def remove_left_behind(control_directory: Path) -> None:
    """Remove the private folders of an earlier process of this control directory."""
    for place in (_MEMORY, Path(tempfile.gettempdir())):
        for left in place.glob(_prefix(control_directory) + "*"):
            shutil.rmtree(left, ignore_errors=True)


def _prefix(control_directory: Path) -> str:
    tag = hashlib.sha256(str(control_directory).encode()).hexdigest()[:12]
    return f"pvdify-run-{tag}-"

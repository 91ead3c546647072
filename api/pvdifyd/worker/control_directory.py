"""Where ssh keeps its open connections: short enough for a Unix socket's path, and gone after a reboot."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pvdifyd.errors import SettingsError


def control_directory(home: Path) -> Path:
    """The directory for this home, made where it is missing, for this account alone (mode 0700)."""
    base = Path("/run") if os.geteuid() == 0 else Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")
    name = f"pvdifyd-{os.geteuid()}-{hashlib.sha256(bytes(home)).hexdigest()[:8]}"
    directory = base / name
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    # Somebody else may have been there first, in a directory that everybody writes to.
    if (
        not directory.is_dir()
        or directory.is_symlink()
        or found.st_uid != os.geteuid()
        or found.st_mode & 0o077
    ):
        raise SettingsError(
            f"{directory} is not a directory of this account alone. Remove it and start again."
        )
    return directory

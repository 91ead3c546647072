"""What a step changes: one object that writes, removes and remembers, and in check mode only remembers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path


class Changes:
    """The changes of one step.

    With ``check`` nothing on the host is touched, and the answer is what would have been. Files are written to a
    temporary name, synced and renamed: at any moment there is the old file or the new one.
    """

    def __init__(self, check: bool) -> None:
        self.check = check
        self.changed = False
        self.diff: list[dict[str, str]] = []

    def will(self, action: str) -> bool:
        """Note that ``action`` changes the host; True when it is to be done now."""
        self.changed = True
        self.diff.append({"prepared": action + "\n"})
        return not self.check

    def write(
        self, path: Path, text: str, *, mode: int = 0o644, shown: Callable[[str], str] | None = None
    ) -> bool:
        """Give ``path`` this text and mode; True when that was a change. ``shown`` makes of a text what a diff may
        say of it, where that is not the text itself."""
        before = read_or_none(path)
        if before == text and (path.stat().st_mode & 0o7777) == mode:
            return False
        tell = shown or str
        self._remember(path, tell(before) if before else "", tell(text))
        if not self.check:
            write_atomically(path, text, mode)
        return True

    def remove(self, path: Path, *, shown: bool = True) -> bool:
        """Remove a file, a link or a folder of ours; True when there was one. Without ``shown`` a diff says nothing of
        what was in it."""
        if not path.is_symlink() and not path.exists():
            return False
        is_folder = path.is_dir() and not path.is_symlink()
        self._remember(path, (read_or_none(path) or "") if shown and not is_folder else "", "")
        if not self.check:
            if is_folder:
                shutil.rmtree(path)
            else:
                path.unlink()
        return True

    def _remember(self, path: Path, before: str, after: str) -> None:
        self.changed = True
        self.diff.append(
            {"before_header": str(path), "after_header": str(path), "before": before, "after": after}
        )


def read_or_none(path: Path) -> str | None:
    """The text of a file, or None where there is none. One that somebody has damaged is another one than was written,
    and no reason to end: what is no UTF-8 in it is replaced."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def write_atomically(path: Path, text: str, mode: int, owner: tuple[int, int] | None = None) -> None:
    """Write a file so that a crash leaves the old one or the new one. ``owner`` is (user, group), None for whoever
    writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # One name for all who write this file, which a lock lets do it one by one: what a killed one left is used up.
    temporary = path.parent / f".{path.name}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            os.fchmod(file.fileno(), mode)
            if owner is not None:
                os.fchown(file.fileno(), *owner)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""What a step may do to files: all of it or none of it, told as a diff, and nothing at all in check mode."""

import os
from pathlib import Path

import pytest

from pvdifyd.host_program import changes as changes_module
from pvdifyd.host_program.changes import Changes


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "unit"
    first, second = Changes(check=False), Changes(check=False)
    assert first.write(path, "text\n")
    assert not second.write(path, "text\n")
    assert (first.changed, second.changed) == (True, False)
    assert path.read_text() == "text\n"
    assert first.diff[0]["after"] == "text\n"


def test_a_mode_is_a_change_too(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    Changes(check=False).write(path, "x")
    assert Changes(check=False).write(path, "x", mode=0o600)
    assert path.stat().st_mode & 0o777 == 0o600


def test_check_mode_tells_and_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "unit"
    path.write_text("old\n")
    changes = Changes(check=True)
    changes.write(path, "new\n")
    changes.remove(path)
    assert not changes.will("start something")
    assert changes.changed
    assert path.read_text() == "old\n"
    assert changes.diff[0] == {
        "before_header": str(path),
        "after_header": str(path),
        "before": "old\n",
        "after": "new\n",
    }


def test_removing_what_is_not_there_is_no_change(tmp_path: Path) -> None:
    changes = Changes(check=False)
    assert not changes.remove(tmp_path / "nothing")
    assert not changes.changed


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "unit"
    path.write_text("old\n")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(changes_module.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        Changes(check=False).write(path, "new\n")
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_its_owners_from_the_moment_it_has_its_name(tmp_path: Path) -> None:
    path, nobody = tmp_path / "secret", 65534
    owner = (nobody, nobody) if os.getuid() == 0 else (os.getuid(), os.getgid())
    changes_module.write_atomically(path, "x", 0o600, owner)
    written = path.stat()
    assert (written.st_uid, written.st_gid, written.st_mode & 0o777) == (*owner, 0o600)

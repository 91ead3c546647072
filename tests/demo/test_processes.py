"""What the demo leaves running is found again by its directory, whoever started it, and ended by it alone."""

import contextlib
import os
from pathlib import Path

from demo import processes


def start(directory: Path, role: str, program: str = "sleep 60") -> int:
    arguments = ["bash", "-c", f"{program}; :"]
    marker = f"PVDIFY_DEMO_DIRECTORY={directory}"
    return processes.start(
        arguments, role=role, marker=marker, log=directory / "log", environment={"PATH": os.defpath}
    )


def test_a_process_is_found_by_directory_and_role(tmp_path: Path) -> None:
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    first, second = start(tmp_path, "one"), start(tmp_path, "two")
    try:
        assert first in processes.find(marker)
        assert second in processes.find(marker)
        assert first in processes.find(marker, "one")
        assert second not in processes.find(marker, "one")
        # The directory's name is no prefix match: another demo's may begin with it.
        assert processes.find(marker[:-1]) == []
    finally:
        processes.stop(marker)
    assert processes.find(marker) == []


def test_stopping_one_role_leaves_the_other(tmp_path: Path) -> None:
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    kept = start(tmp_path, "kept")
    start(tmp_path, "gone")
    try:
        processes.stop(marker, "gone")
        assert processes.find(marker, "gone") == []
        assert kept in processes.find(marker, "kept")
    finally:
        processes.stop(marker)


def test_what_a_process_said_is_kept(tmp_path: Path) -> None:
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    process = start(tmp_path, "one", "echo first; echo second >&2")
    # One that ended at once was waited for already, when its Popen object went.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)
    assert processes.last_lines(tmp_path / "log") == "first\nsecond"
    assert processes.last_lines(tmp_path / "log", 1) == "second"
    assert processes.find(marker) == []

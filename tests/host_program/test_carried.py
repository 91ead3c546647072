"""The host program as one script: what is sent for a step, and what a group's reload runs on the host."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pvdifyd.host_program import carried
from pvdifyd.host_program.changes import Changes


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "host-program.py"
    monkeypatch.setattr(carried, "HOST_PROGRAM", path)
    return path


def test_the_copy_runs_with_a_bare_python_and_says_what_is_wrong(copy: Path) -> None:
    changes = Changes(check=False)
    carried.keep_copy(changes)
    ended = subprocess.run(
        [sys.executable, "-I", copy, "restart", "../etc", "web"], capture_output=True, text=True, timeout=30
    )
    assert ended.returncode == 1
    assert ended.stderr == "'../etc' is no app's name.\n"


def test_the_copy_is_written_where_it_differs_and_not_else(copy: Path) -> None:
    carried.keep_copy(Changes(check=False))
    again = Changes(check=False)
    carried.keep_copy(again)
    assert not again.changed
    copy.write_text("an older one")
    carried.keep_copy(again)
    assert again.changed


def test_a_program_that_was_sent_hands_on_the_files_it_was_sent_as() -> None:
    program = carried.script(
        "from host_program.carried import script\n"
        "SOURCES['host_program.sent'] = [False, '']\n"
        "print(json.dumps('host_program.sent' in script('')))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-"], input=program, capture_output=True, text=True, timeout=30
    )
    assert json.loads(ended.stdout) is True, ended.stderr

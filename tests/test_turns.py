"""Who must be alone at a test waits for the others, and they for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.turns import turn

# Says when it has its turn, in another process.
ANOTHER = """
import sys
from pathlib import Path
from tests.turns import turn
with turn(Path(sys.argv[1]), alone=sys.argv[2] == "alone"):
    print("has it", flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "made" / "turns.lock"


def another(file: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", ANOTHER, file, how], stdout=subprocess.PIPE, text=True)


def test_others_are_at_theirs_side_by_side(file: Path) -> None:
    with turn(file, alone=False):
        assert another(file, "beside").communicate(timeout=30)[0] == "has it\n"


@pytest.mark.parametrize(("first", "then"), [(False, "alone"), (True, "alone"), (True, "beside")])
def test_who_must_be_alone_is(file: Path, first: bool, then: str) -> None:
    with turn(file, alone=first):
        waiting = another(file, then)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(timeout=1)
    assert waiting.communicate(timeout=30)[0] == "has it\n"

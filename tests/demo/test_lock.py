"""Two `make demo` at once would step on each other: the second one is told."""

from pathlib import Path

import pytest

from demo.errors import DemoError
from demo.lock import alone


def test_a_directory_is_worked_on_by_one(tmp_path: Path) -> None:
    with (
        alone(tmp_path / "demo"),
        pytest.raises(DemoError, match="wait until it is done"),
        alone(tmp_path / "demo"),
    ):
        pass
    with alone(tmp_path / "demo"):
        pass
    assert list(tmp_path.iterdir()) == []

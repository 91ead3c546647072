"""What the engine's tests leave in memory goes with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pvdifyd import engine


@pytest.fixture(autouse=True)
def no_connection_is_left_open(tmp_path: Path) -> Iterator[None]:
    yield
    engine.close_connections(tmp_path / "c")

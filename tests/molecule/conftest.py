"""One lab for all scenarios; it is gone when they have ended."""

from collections.abc import Iterator

import pytest

from demo.settings import Settings

from . import lab


@pytest.fixture(scope="session")
def molecule_lab() -> Iterator[Settings]:
    try:
        yield lab.up(print)
    finally:
        lab.down()

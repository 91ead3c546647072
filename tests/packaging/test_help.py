"""Help is there at once in an environment that has the command line alone, too."""

from pathlib import Path

import pytest

from tests.benchmarks import help as benchmark

pytestmark = pytest.mark.alone


def test_help_takes_little_longer_than_importing_click_where_only_that_is_installed(
    environment: Path,
) -> None:
    assert benchmark.measure(environment).ratio <= benchmark.MOST

"""Help is there at once in an environment that has the command line alone, too."""

from pathlib import Path

from tests.benchmarks import help as benchmark


def test_help_takes_little_longer_than_importing_click_where_only_that_is_installed(
    environment: Path,
) -> None:
    assert benchmark.quickest(environment) <= benchmark.MOST

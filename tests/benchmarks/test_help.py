"""Help is there at once: what a command needs is imported when that command is called."""

from tests.benchmarks import help as benchmark


def test_help_takes_little_longer_than_importing_click() -> None:
    assert benchmark.measure().ratio <= benchmark.MOST

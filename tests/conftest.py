"""Marks the slow tests by the folder they stand in; `make check` leaves those out, and `make test` runs them in two
processes (two_processes.py)."""

import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.turns import turn

TESTS = Path(__file__).parent
SLOW_FOLDERS = ("benchmarks", "packaging", "end_to_end", "molecule", "vm")
TURNS = TESTS.parent / ".test" / "turns.lock"

# Property-based tests ask what is so, and not how long one example takes on a busy machine.
hypothesis.settings.register_profile("pvdify", deadline=None)
hypothesis.settings.load_profile("pvdify")

# A shell's background jobs do not hear of Ctrl-C, and what tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = _folder(item)
        if folder in SLOW_FOLDERS:
            item.add_marker(folder)
        if folder == "benchmarks":
            item.add_marker("alone")
    # Last: by then the other process has come to its end.
    items.sort(key=_is_alone)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadscope`; None leaves it to xdist."""
    if config.getoption("dist") != "loadscope":
        return None
    from tests.two_processes import TwoProcesses

    return TwoProcesses(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Whatever a test sets up is made in its turn too."""
    if _folder(item) not in SLOW_FOLDERS:
        return (yield)
    with turn(TURNS, alone=_is_alone(item)):
        return (yield)


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]

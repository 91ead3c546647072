"""Marks the slow tests by the folder they stand in; `make check` leaves those out."""

import signal
from pathlib import Path

import hypothesis
import pytest

TESTS = Path(__file__).parent
SLOW_FOLDERS = ("benchmarks", "packaging", "end_to_end", "molecule", "vm")

# Property-based tests ask what is so, and not how long one example takes on a busy machine.
hypothesis.settings.register_profile("pvdify", deadline=None)
hypothesis.settings.load_profile("pvdify")

# A shell's background jobs do not hear of Ctrl-C, and what tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in SLOW_FOLDERS:
            item.add_marker(folder)

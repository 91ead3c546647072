"""What a ring keeps is bounded, in whatever way the lines come."""

import tracemalloc
from typing import Any

import pytest

from pvdifyd.worker.logs.batch import Batch
from pvdifyd.worker.logs.ring import FellBehind, Ring
from tests.api.fake_journal import entry

MOST_BYTES = 1024 * 1024


class OwnNumbers:
    def of(self, units: int) -> int:
        return units


def batch(first: int, count: int) -> Batch:
    entries = [
        entry(number, process="web" if number % 2 else "worker") for number in range(first, first + count)
    ]
    releases: Any = OwnNumbers()
    return Batch(entries, releases)


@pytest.mark.parametrize("at_once", [1, 10, 1000])
def test_a_ring_takes_no_more_memory_than_it_may(at_once: int) -> None:
    tracemalloc.start()
    ring = Ring(None, most_bytes=MOST_BYTES)
    for first in range(1, 20_000, at_once):
        ring.add(batch(first, at_once))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert MOST_BYTES / 2 < taken < MOST_BYTES * 1.25


def test_who_is_further_behind_than_the_ring_reaches_is_told() -> None:
    ring = Ring(None, most_bytes=MOST_BYTES)
    early = batch(1, 10)
    ring.add(early)
    assert ring.number_after(early.last) == 1
    for first in range(11, 20_000, 100):
        ring.add(batch(first, 100))
    with pytest.raises(FellBehind):
        ring.number_after(early.last)
    with pytest.raises(FellBehind):
        ring.take(1, wait=0)

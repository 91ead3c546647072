"""The time of `pvdify --help` against `python -c 'import click'` in the same environment, as a ratio.

The two take turns, so that what the machine does besides meets both, and each pair gives a ratio of its own: their
median is what counts. Importing click is the least that any command line made with it takes.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

PAIRS = 25
MOST = 1.5
MEASUREMENTS = 3
BINARIES = Path(sys.executable).parent


class Times(NamedTuple):
    """Seconds that each took, pair by pair."""

    help: list[float]
    click: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(ours / least for ours, least in zip(self.help, self.click, strict=True))


def measure(binaries: Path = BINARIES, pairs: int = PAIRS) -> Times:
    """Run both by turns. binaries: where the environment's `python` and `pvdify` are."""
    ours, least = [binaries / "pvdify", "--help"], [binaries / "python", "-c", "import click"]
    # The first run of each reads files that the others find in memory.
    for command in (ours, least):
        _seconds(command)
    times = Times([], [])
    for _ in range(pairs):
        times.help.append(_seconds(ours))
        times.click.append(_seconds(least))
    return times


def quickest(binaries: Path = BINARIES) -> float:
    """The ratio of the first measurement that is good enough, or else the best of a few: what the machine does besides
    can spoil one, and help that is too slow is so in all of them."""
    ratios: list[float] = []
    while len(ratios) < MEASUREMENTS and min(ratios, default=MOST + 1) > MOST:
        ratios.append(measure(binaries).ratio)
    return min(ratios)


def main() -> int:
    times = measure()
    ours, least = (statistics.median(side) * 1000 for side in times)
    print(
        f"pvdify --help: {ours:.0f} ms; python -c 'import click': {least:.0f} ms; {PAIRS} runs each, by turns"
    )
    print(f"ratio: median {times.ratio:.2f}, and {MOST} is the most there may be")
    return 0 if times.ratio <= MOST else 1


def _seconds(command: list[object]) -> float:
    begun = time.perf_counter()
    subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, timeout=30, check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())

"""The time of `pvdify --help` against `python -c 'import click'` in the same environment, as a ratio.

The two take turns, and the quickest run of each counts: what else the machine does can only add to a run. Importing
click is the least that any command line made with it takes.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

PAIRS = 40
MOST = 1.5
BINARIES = Path(sys.executable).parent


class Times(NamedTuple):
    """Seconds that the quickest run of each took."""

    help: float
    click: float

    @property
    def ratio(self) -> float:
        return self.help / self.click


def measure(binaries: Path = BINARIES, pairs: int = PAIRS) -> Times:
    """Run both by turns. binaries: where the environment's `python` and `pvdify` are."""
    ours, least = [binaries / "pvdify", "--help"], [binaries / "python", "-c", "import click"]
    runs = [(_seconds(ours), _seconds(least)) for _ in range(pairs)]
    return Times(min(run[0] for run in runs), min(run[1] for run in runs))


def main() -> int:
    times = measure()
    print(
        f"pvdify --help: {times.help * 1000:.0f} ms; python -c 'import click': {times.click * 1000:.0f} ms;"
        f" the quickest of {PAIRS} runs each, by turns"
    )
    print(f"ratio: {times.ratio:.2f}, and {MOST} is the most there may be")
    return 0 if times.ratio <= MOST else 1


def _seconds(command: list[object]) -> float:
    begun = time.perf_counter()
    # No time limit: with one and no pipe, Python looks for the end by turns up to 50 ms apart, so that what takes
    # 65 ms is measured as 114.
    subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())

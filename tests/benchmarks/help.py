"""The time of `pvdify --help` against `python -c 'import click'` in the same environment, as a ratio.

The two take turns, and the ratio is the median of the turns': what else the machine does slows down both runs of a
turn, and one that it slows down alone is an outlier. (The quickest run of each, divided, came to anything between 1.0
and 1.6 on a shared machine where the median stays between 1.1 and 1.3.) Importing click is the least that any command
line made with it takes.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

PAIRS = 40
MOST = 1.5
BINARIES = Path(sys.executable).parent


class Times(NamedTuple):
    """Seconds that each took in the median, and the median of the turns' ratios."""

    help: float
    click: float
    ratio: float


def measure(binaries: Path = BINARIES, pairs: int = PAIRS) -> Times:
    """Run both by turns. binaries: where the environment's `python` and `pvdify` are."""
    ours, least = [binaries / "pvdify", "--help"], [binaries / "python", "-c", "import click"]
    turns = [(_seconds(ours), _seconds(least)) for _ in range(pairs)]
    return Times(
        help=statistics.median(turn[0] for turn in turns),
        click=statistics.median(turn[1] for turn in turns),
        ratio=statistics.median(turn[0] / turn[1] for turn in turns),
    )


def main() -> int:
    times = measure()
    print(
        f"pvdify --help: {times.help * 1000:.0f} ms; python -c 'import click': {times.click * 1000:.0f} ms;"
        f" medians of {PAIRS} runs each, by turns"
    )
    print(f"ratio, in the median of the turns: {times.ratio:.2f}, and {MOST} is the most there may be")
    return 0 if times.ratio <= MOST else 1


def _seconds(command: list[object]) -> float:
    # What pip or a first run compiled is kept, as it is where people install it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    # No time limit: with one and no pipe, Python looks for the end by turns up to 50 ms apart, so that what takes
    # 65 ms is measured as 114.
    subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, env=environment, check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())

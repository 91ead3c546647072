"""Molecule by hand, one step at a time:

python -m tests.molecule converge deploy     make the lab where it is missing, and run `molecule converge` there
python -m tests.molecule verify deploy
python -m tests.molecule down                remove the lab
"""

import subprocess
import sys

from demo.settings import CHECKOUT

from . import lab


def main(arguments: list[str]) -> int:
    if arguments == ["down"]:
        lab.down()
        return 0
    if len(arguments) < 2 or arguments[1] not in lab.SCENARIOS:
        print(f"{__doc__}\nScenarios: {', '.join(lab.SCENARIOS)}", file=sys.stderr)
        return 2
    action, scenario, *more = arguments
    made = lab.up(lambda message: print(message, flush=True))
    return subprocess.run(lab.command(made, scenario, action, *more), cwd=CHECKOUT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

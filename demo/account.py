"""The account that the demo's API runs as."""

import functools
import subprocess
import sys

from .commands import attempt
from .settings import Settings

NOBODY = 65534


def name(settings: Settings) -> str:
    """One of this demo's own, which `pvdifyd init` makes.

    root, where others than root can't read this checkout or its Python.
    """
    return settings.name if _others_can_run_it() else "root"


def described(settings: Settings) -> str:
    """The account's name and, where it is root, why."""
    return name(settings) if _others_can_run_it() else "root, since other accounts can't read this checkout"


def remove(settings: Settings) -> None:
    """Removes the account, if it was made."""
    attempt(["userdel", settings.name], timeout=30)


@functools.cache
def _others_can_run_it() -> bool:
    program = [sys.executable, "-c", "import pvdifyd, flask"]
    try:
        subprocess.run(
            program,
            cwd="/",
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True

"""Running other programs: always an argument list, always with a deadline."""

import subprocess
from collections.abc import Mapping, Sequence

from .errors import DemoError

Arguments = Sequence[object]


def run(
    arguments: Arguments,
    *,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    standard_input: str | None = None,
) -> str:
    """Runs a program to its end and returns what it wrote to its standard output.

    Raises DemoError, with the end of what the program wrote, when it fails or takes more than `timeout`
    seconds.
    """
    finished = attempt(arguments, timeout=timeout, environment=environment, standard_input=standard_input)
    if finished.returncode != 0:
        written = (finished.stderr.strip() or finished.stdout.strip())[-2000:]
        raise DemoError(f"{shown(arguments)}\n  ended with {finished.returncode}:\n{written}")
    return finished.stdout


def attempt(
    arguments: Arguments,
    *,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    standard_input: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Like run, but leaves it to the caller to look at the exit code."""
    words = [str(argument) for argument in arguments]
    try:
        return subprocess.run(
            words,
            env=environment,
            input=standard_input,
            stdin=subprocess.DEVNULL if standard_input is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise DemoError(f"{words[0]} is not installed. Run: make install") from error
    except subprocess.TimeoutExpired as error:
        raise DemoError(f"{shown(arguments)}\n  did not end within {timeout:g} seconds.") from error


def shown(arguments: Arguments) -> str:
    return " ".join(str(argument) for argument in arguments)

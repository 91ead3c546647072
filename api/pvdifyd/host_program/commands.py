"""The one place where the host's programs are run: argument lists, never a shell."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .answers import StepFailed

_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": os.path.expanduser("~"),
}


# systemd has said it both ways: "… to bus: …", "… to system scope bus via local transport: …".
_BUS_IS_AWAY = re.compile(r"^Failed to connect to .*\bbus\b", re.MULTILINE)


@dataclass(frozen=True)
class Completed:
    """What a program left behind: exit status, standard output as bytes and as text, standard error."""

    status: int
    raw: bytes
    errors: str

    @property
    def output(self) -> str:
        return self.raw.decode("utf-8", errors="replace")

    @property
    def ok(self) -> bool:
        return self.status == 0

    def last_line(self) -> str:
        """The last thing it said, errors first: what a person wants to read."""
        lines = (self.errors.strip() or self.output.strip()).splitlines()
        return lines[-1].strip() if lines else f"exit status {self.status}"


def run(
    arguments: Sequence[str],
    *,
    timeout: float = 60,
    given: bytes | None = None,
    variables: Mapping[str, str] | None = None,
) -> Completed:
    """Run a program to its end. ``given`` is its standard input, ``variables`` what its environment has beside the
    usual.

    Raises ``StepFailed``: ``host_not_prepared`` where the program is missing, ``host_timeout`` after ``timeout``
    seconds.
    """
    try:
        ended = subprocess.run(
            list(arguments),
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            timeout=timeout,
            env={**_ENVIRONMENT, **(variables or {})},
            check=False,
        )
    except FileNotFoundError as missing:
        raise StepFailed(
            "host_not_prepared",
            f"The host has no program {arguments[0]!r}.",
            next_step="Prepare the host: pvdifyd host prepare NAME, or ansible-playbook playbooks/host.yml",
        ) from missing
    except subprocess.TimeoutExpired as late:
        raise StepFailed(
            "host_timeout", f"`{' '.join(arguments[:3])} …` had not ended after {timeout:.0f} s on the host."
        ) from late
    return Completed(ended.returncode, ended.stdout, ended.stderr.decode("utf-8", errors="replace"))


def must_run(
    arguments: Sequence[str], *, timeout: float = 60, code: str = "host_command_failed"
) -> Completed:
    """Run a program that has no reason to fail; raises ``StepFailed(code)`` with its last words when it does, and
    ``host_going_down`` where systemd can't be asked: then the host is about to end, or has just begun."""
    completed = run(arguments, timeout=timeout)
    if not completed.ok:
        if _BUS_IS_AWAY.search(completed.errors):
            code = "host_going_down"
        raise StepFailed(code, f"`{' '.join(arguments[:3])} …` failed on the host: {completed.last_line()}")
    return completed

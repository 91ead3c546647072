"""Reading from a host. It changes nothing, waits for no queue, and starts no Ansible."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .connection import control_path_directory, host_python
from .payload import NoAnswer, answer_in, script


class HostUnreachable(Exception):
    """The host did not answer; the text says how."""


class HostRefused(Exception):
    """The host answered that it can't, with a stable ``code``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read(
    host: Mapping[str, Any], request: Mapping[str, Any], *, control_directory: Path, timeout: float
) -> dict[str, Any]:
    """The answer of one reading step (``ps``, ``free_port``).

    ``host`` is a host of an inventory document, ``request`` the step's name under ``step`` and its arguments beside
    it, ``timeout`` in seconds. Raises ``HostUnreachable`` and ``HostRefused``.
    """
    arguments = {key: value for key, value in request.items() if key != "step"}
    command = host_python(host, control_path_directory(control_directory))
    try:
        ended = subprocess.run(
            command,
            input=script(str(request["step"]), arguments, check=True),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        answer = answer_in(ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace"))
    except subprocess.TimeoutExpired as late:
        raise HostUnreachable(f"no answer within {timeout:.0f} s") from late
    except (OSError, NoAnswer) as silence:
        raise HostUnreachable(str(silence)) from silence
    if answer["failed"]:
        raise HostRefused(answer["code"], answer["msg"])
    return answer

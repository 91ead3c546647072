"""What is sent to a host to run one step: the host program's files and one request, as a Python script on standard
input. Nothing need be installed there, nothing stands in an argument list, and host and controller can't be of
different versions.
"""

from __future__ import annotations

import json
from typing import Any

from pvdifyd.host_program import carried

ANSWER_MARK = "pvdify-answer:"

_RUN = """\
from host_program.program import main
main(json.loads({request!r}))
"""


class NoAnswer(Exception):
    """The host program ended without an answer; the text says what was seen instead."""


def script(step: str, arguments: dict[str, Any], *, check: bool = False) -> bytes:
    """The script that does one step; run it as ``python3 -`` with this on standard input."""
    request = json.dumps({"step": step, "arguments": arguments, "check": check})
    return carried.script(_RUN.format(request=request)).encode("utf-8")


def answer_in(output: str, errors: str) -> dict[str, Any]:
    """The answer among the lines a step printed. Raises ``NoAnswer`` with the last of them where there is none."""
    for line in reversed(output.splitlines()):
        if line.startswith(ANSWER_MARK):
            found: dict[str, Any] = json.loads(line[len(ANSWER_MARK) :])
            return found
    said = (errors.strip() or output.strip()).splitlines()
    raise NoAnswer(said[-1] if said else "it said nothing")

"""What is sent to a host to run one step: the host program's files and one request, as a Python script on standard
input. Nothing is installed there, nothing stands in an argument list, and host and controller can't be of different
versions.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent.parent / "host_program"
ANSWER_MARK = "pvdify-answer:"

# The finder does without importlib.abc, whose import would take longer than all else here.
_SCRIPT = """\
import json, sys
from importlib.machinery import ModuleSpec
SOURCES = json.loads({sources!r})
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name in SOURCES:
            return ModuleSpec(name, self, is_package=SOURCES[name][0])
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        name = module.__spec__.name
        exec(compile(SOURCES[name][1], name, "exec", dont_inherit=True), module.__dict__)
sys.meta_path.insert(0, Finder())
from host_program.program import main
main(json.loads({request!r}))
"""


class NoAnswer(Exception):
    """The host program ended without an answer; the text says what was seen instead."""


def script(step: str, arguments: dict[str, Any], *, check: bool = False) -> bytes:
    """The script that does one step; run it as ``python3 -`` with this on standard input."""
    request = json.dumps({"step": step, "arguments": arguments, "check": check})
    return _SCRIPT.format(sources=_sources(), request=request).encode("utf-8")


@cache
def _sources() -> str:
    found = {}
    for path in sorted(PROGRAM.rglob("*.py")):
        parts = ["host_program", *path.relative_to(PROGRAM).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found[name] = (is_package, path.read_text(encoding="utf-8"))
    return json.dumps(found)


def answer_in(output: str, errors: str) -> dict[str, Any]:
    """The answer among the lines a step printed. Raises ``NoAnswer`` with the last of them where there is none."""
    for line in reversed(output.splitlines()):
        if line.startswith(ANSWER_MARK):
            found: dict[str, Any] = json.loads(line[len(ANSWER_MARK) :])
            return found
    said = (errors.strip() or output.strip()).splitlines()
    raise NoAnswer(said[-1] if said else "it said nothing")

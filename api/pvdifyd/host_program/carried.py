"""The host program as one Python script that carries all its files: what is sent to a host for each step, and what
``systemctl reload`` of a group runs there."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

from .changes import Changes
from .names import HOST_PROGRAM

# The finder does without importlib.abc, whose import would take longer than all else here.
_LOADER = """\
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
"""
_BY_HAND = """\
from host_program.program import by_hand
sys.exit(by_hand(sys.argv[1:]))
"""


def script(last_lines: str) -> str:
    """A script that can import ``host_program`` with nothing of ours installed, and ends with these lines."""
    return _LOADER.format(sources=json.dumps(_sources())) + last_lines


def keep_copy(changes: Changes) -> None:
    """Have a copy on the host, of the version that is doing this; the caller holds the host's lock."""
    changes.write(
        HOST_PROGRAM, "# Made by pvdify, and written anew by it: changes are lost.\n" + script(_BY_HAND)
    )


@cache
def _sources() -> dict[str, list[object]]:
    """Each module's name, whether it is a package, and its text: of the files this program was sent as, or lies in."""
    sent = getattr(sys.modules.get("__main__"), "SOURCES", None)
    if sent is not None:
        return dict(sent)
    folder = Path(__file__).parent
    found: dict[str, list[object]] = {}
    for path in sorted(folder.rglob("*.py")):
        parts = ["host_program", *path.relative_to(folder).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        found[".".join(parts[:-1] if is_package else parts)] = [is_package, path.read_text(encoding="utf-8")]
    return found

"""How many of each process type: the arguments `TYPE=N…` of `ps:scale`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pvdify.arguments.process_name import RULE, TYPE, may_be_type
from pvdify.errors import UsageError

_EXAMPLE = "As in pvdify ps:scale APP web=2 worker=0."
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)
# What people type instead: `web:2`, `web 2`, `web = 2`, `web=1,worker=2`.
_PAIR = rf"({TYPE})[=: ]+([0-9]{{1,9}})"
_NEARLY = re.compile(rf"{_PAIR}(?:[,; ]+{_PAIR})*[,; ]*", re.ASCII)


def parse(values: Sequence[str], typed: Sequence[str]) -> dict[str, int]:
    """Read `TYPE=N` arguments into the `processes` of the API.

    Args:
        values: The arguments that are not the app.
        typed: All arguments as they were typed, to find out what was meant.

    Raises:
        UsageError: A value has another shape, or a type is given twice.
    """
    counts: dict[str, int] = {}
    for value in values:
        broken = _broken_rule(value)
        if broken is not None:
            raise UsageError(f"{value!r} is not TYPE=N: {broken}.", f"{_hint(values, typed)}{_EXAMPLE}")
        name, _, count = value.partition("=")
        if name in counts:
            raise UsageError(f"{name!r} is given twice.", "Give each process type once.")
        counts[name] = int(count)
    return counts


def shown(counts: dict[str, int]) -> str:
    """Give counts as they are typed: `web=2 worker=0`."""
    return " ".join(f"{name}={count}" for name, count in counts.items())


def _broken_rule(value: str) -> str | None:
    name, equals, count = value.partition("=")
    if not equals:
        return "a process type and how many of it shall run"
    if not may_be_type(name):
        return RULE
    if _COUNT.fullmatch(count) is None:
        return f"the count of {name} is a whole number from 0 to 100"
    return None


def _hint(values: Sequence[str], typed: Sequence[str]) -> str:
    for words in (values, typed):
        text = " ".join(words).strip().lower()
        if _NEARLY.fullmatch(text):
            meant = " ".join(f"{name}={count}" for name, count in re.findall(_PAIR, text, re.ASCII))
            return f"Did you mean {meant}? "
    return ""

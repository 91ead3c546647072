"""Durations as people write them: "30s", "5m", "1h"."""

from __future__ import annotations

import re

from pvdifyd.errors import RuleError, shown

_PATTERN = re.compile(r"([1-9][0-9]{0,5})([smh])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> int:
    """The duration in seconds.

    Raises RuleError when the text is not a whole number above zero followed by s, m or h.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise RuleError(
            "duration",
            f'{shown(text)} is no duration: write a whole number above zero and s, m or h, as "30s".',
        )
    return int(match[1]) * _SECONDS[match[2]]

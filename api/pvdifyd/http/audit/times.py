"""Times of a question for audit entries: as those of logs, and days too."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pvdifyd import clock
from pvdifyd.errors import RuleError, shown
from pvdifyd.http.logs.times import microseconds

_DAYS = re.compile(r"([1-9][0-9]{0,4})d", re.ASCII)
_HOURS_OF_DAY = 24


def moment(text: str) -> str:
    """The time as entries have it; raises RuleError(time)."""
    days = _DAYS.fullmatch(text)
    found = microseconds(f"{int(days[1]) * _HOURS_OF_DAY}h" if days else text)
    return clock.written(datetime.fromtimestamp(found / 1_000_000, UTC))


def check_moment(text: str) -> None:
    """Raises RuleError(time)."""
    try:
        moment(text)
    except RuleError:
        raise RuleError(
            "time",
            f"{shown(text)} is no time: write it as 2026-01-05T10:30:00Z (a + in an address is %2B), "
            "or how long ago it was, as 30s, 5m, 24h or 7d.",
        ) from None

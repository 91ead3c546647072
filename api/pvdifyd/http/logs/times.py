"""Times as people give them: a moment, or how long ago."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

from pvdifyd import durations
from pvdifyd.errors import RuleError, shown
from pvdifyd.reading.log_request import LATEST

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def microseconds(text: str) -> int:
    """The time in microseconds since the epoch, which is the earliest one; raises RuleError(time)."""
    moment = _MOMENT.fullmatch(text)
    try:
        return min(max(0, _of_moment(moment) if moment else _ago(text)), LATEST)
    except (ValueError, OverflowError):
        raise RuleError(
            "time",
            f"{shown(text)} is no time: write it as 2026-01-05T10:30:00Z (a + in an address is %2B), "
            "or how long ago it was, as 30s, 5m or 1h.",
        ) from None


def _of_moment(found: re.Match[str]) -> int:
    date, clock, fraction, offset = found.groups()
    digits = (fraction or ".0")[1:7].ljust(6, "0")
    zone = "+00:00" if offset in "Zz" else offset
    return (datetime.fromisoformat(f"{date}T{clock}.{digits}{zone}") - _EPOCH) // timedelta(microseconds=1)


def _ago(text: str) -> int:
    return time.time_ns() // 1000 - durations.seconds(text) * 1_000_000

"""How long a step bears with a Cloudflare that has trouble: for a while in all, whatever the number of calls."""

from __future__ import annotations

import random
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

# Seconds that waits for the end of a rate limit may take in all.
LONGEST_LIMIT = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0


class Patience:
    """``seconds`` for all that goes wrong in a step: attempts that failed, and the pauses before the next."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left = seconds
        self._limit_left = LONGEST_LIMIT
        self._pause = _FIRST_PAUSE

    @property
    def left(self) -> float:
        """Seconds that are left for trouble."""
        return self._left

    def well(self) -> None:
        """A call has gone well: the next trouble begins with short pauses again."""
        self._pause = _FIRST_PAUSE

    def bear(self, took: float) -> bool:
        """Bear with a call that failed after ``took`` seconds: pause, and say whether to try again."""
        self._left -= took
        # Not all who wait shall ask at the same moment.
        pause = self._pause * random.uniform(0.75, 1.25)
        if self._left <= pause:
            return False
        self._left -= pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        time.sleep(pause)
        return True

    def bear_limit(self, seconds: float) -> bool:
        """Wait for a rate limit's end; False where that would take longer than is borne."""
        # Its end is in whole seconds, and may be now.
        seconds = max(1.0, seconds)
        if seconds > self._limit_left:
            return False
        self._limit_left -= seconds
        time.sleep(seconds)
        return True


def retry_after(value: str | None) -> float | None:
    """Seconds, from a Retry-After header, which may also be a date (RFC 9110, 10.2.3); None where it says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())


def said_when(seconds: float | None) -> str:
    """For a person: in how long, and at what time."""
    if seconds is None:
        return "in five minutes"
    moment = datetime.fromtimestamp(time.time() + seconds, timezone.utc)
    return f"in {seconds:.0f} s, at {moment:%H:%M:%S} UTC"

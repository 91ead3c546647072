"""A bucket of requests for each who asks: full at first, and filled again at an even pace."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

# Seconds in which an empty bucket is full again: limits are given for a minute.
WINDOW = 60

# Who is remembered; whoever has asked for nothing for longest is forgotten first, and would have a full bucket soon.
REMEMBERED = 10_000

DEFAULT = 600


@dataclass(frozen=True)
class State:
    """What is left to somebody who has just asked.

    granted: whether there was one left for this request; remaining: how many are left; seconds: until the bucket is
    full again, or where it is empty until there is one more.
    """

    granted: bool
    remaining: int
    seconds: int


class Quota:
    """So many requests a minute for each who asks, for as long as the process lives.

    Of each there is kept only when the bucket will be full again, so that memory is bounded and nothing has to be
    filled as time passes.
    """

    def __init__(self, per_minute: int = DEFAULT, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._pace = WINDOW / per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, who: Hashable) -> State:
        """Count a request of theirs. One that is not granted is not counted, so that who waits gets in."""
        with self._lock:
            now = self._clock()
            full_at = max(now, self._full_at.get(who, now))
            granted = full_at + self._pace - now <= WINDOW + 1e-9
            if granted:
                full_at += self._pace
                self._remember(who, full_at)
        return self._state(granted, full_at - now)

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._full_at)

    def _remember(self, who: Hashable, full_at: float) -> None:
        self._full_at[who] = full_at
        self._full_at.move_to_end(who)
        if len(self._full_at) > REMEMBERED:
            self._full_at.popitem(last=False)

    def _state(self, granted: bool, until_full: float) -> State:
        remaining = max(0, math.floor((WINDOW - until_full) / self._pace + 1e-9))
        # The moment of the next one, where there is none: what Retry-After says.
        until = until_full if remaining else until_full + self._pace - WINDOW
        return State(granted, remaining, max(1, math.ceil(until - 1e-9)))

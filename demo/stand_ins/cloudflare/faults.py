"""Calls that are to fail, as the control address was told, and Cloudflare's own limit of calls."""

import re
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

from .answers import Failure

NOTHING, CUT = "nothing", "cut"
MESSAGES = {
    401: (10001, "Unable to authenticate request"),
    403: (10000, "Authentication error"),
    429: (10429, "Rate limited. Please wait and consider throttling your request speed"),
    500: (10500, "Internal Server Error"),
}
# What the API's own servers never say, but what stands before them: such an answer is no JSON.
OF_THE_EDGE = range(502, 600)


@dataclass
class Fault:
    """answer: an HTTP status, `nothing` (it hangs) or `cut` (the connection ends). times: how many calls, None for all.

    method, path: which calls (path: an expression that is searched for), empty for any. after: how many of those go
    well before. retry_after: seconds that a 429 names.
    """

    answer: int | Literal["nothing", "cut"]
    times: int | None = None
    method: str = ""
    path: str = ""
    after: int = 0
    retry_after: int | None = None

    def takes(self, method: str, path: str) -> bool:
        """Whether it is this call that fails; counts it."""
        if (self.method and method != self.method) or not re.search(self.path, path) or self.times == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def failure(self) -> Failure:
        status = int(self.answer)
        code, message = MESSAGES.get(status, (10000 + status, f"Status {status}"))
        return Failure(status, code, message, self.retry_after)


class Faults:
    """All that are in force."""

    def __init__(self) -> None:
        self.listed: list[Fault] = []

    def add(self, given: dict[str, Any]) -> None:
        self.listed.append(Fault(**given))

    def of(self, method: str, path: str) -> Fault | None:
        """The first that takes this call."""
        return next((fault for fault in self.listed if fault.takes(method, path)), None)


class Limit:
    """So many calls in so many seconds, and then none for as long: what Cloudflare allows a token."""

    def __init__(self, calls: int = 1200, seconds: float = 300) -> None:
        self._calls, self._seconds = calls, seconds
        self._made: deque[float] = deque()
        self._closed_until = 0.0

    def check(self) -> None:
        """Counts a call; Failure when it is one too many."""
        now = time.monotonic()
        while self._made and self._made[0] <= now - self._seconds:
            self._made.popleft()
        self._made.append(now)
        if len(self._made) > self._calls and now >= self._closed_until:
            self._closed_until = now + self._seconds
        if now < self._closed_until:
            raise Failure(429, *MESSAGES[429], retry_after=int(self._closed_until - now) + 1)

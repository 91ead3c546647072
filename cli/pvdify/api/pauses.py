"""Waits where the server asks for it: after too many requests, when it is for a moment only."""

from __future__ import annotations

import time
from collections.abc import Callable

import requests

# The longest pause, in seconds, that a person would rather sit out than be told of; and how often in a row.
_LONGEST_SECONDS = 10
_IN_A_ROW = 3


def patient(send: Callable[[], requests.Response]) -> requests.Response:
    """Give the answer to a request, sent again after the pause that a 429 asks for: such a request was not carried out.

    The 429 itself is the answer where the pause would be long, or the server asks for it again and again.
    """
    answer = send()
    for _ in range(_IN_A_ROW):
        pause = _asked(answer)
        if pause is None:
            return answer
        answer.close()
        time.sleep(pause)
        answer = send()
    return answer


def _asked(answer: requests.Response) -> int | None:
    """Give the seconds to wait before the request is sent again; None where its answer is to be taken as it is."""
    wait = answer.headers.get("Retry-After", "")
    if answer.status_code != 429 or not (wait.isascii() and wait.isdigit()):
        return None
    return int(wait) if len(wait) < 4 and int(wait) <= _LONGEST_SECONDS else None

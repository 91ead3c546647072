"""Calls to Cloudflare's API: patience with what passes, a reason for what doesn't.

A call that failed may have been done all the same: what is sent again must be safe to do twice, or be refused in a
way its caller knows.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from . import reasons
from .cloudflare_connection import Call, Connection
from .failures import Forbidden, Refused, Trouble
from .patience import Patience, retry_after, said_when
from .reasons import Reason

# Seconds one call may take.
CALL_TIMEOUT = 10.0
_WRONG_TOKEN = {6003, 9106, 9109, 10000, 10001}
# A token may be good for one zone and not for another.
_IN_A_ZONE = "/zones/"

Json = dict[str, Any]


class _Again(Exception):
    """A call that may go well the next time; ``borne``: the time until then is over already."""

    def __init__(self, reason: Reason, *, borne: bool = False) -> None:
        self.reason = reason
        self.borne = borne


class CloudflareApi:
    """``calls`` counts all that were made, tried again ones too. Raises ``Trouble`` as ``Connection`` does."""

    def __init__(self, endpoint: str, token: str, authority: str | None, patience: Patience) -> None:
        self._connection = Connection(endpoint, token, authority)
        self._patience = patience
        self.calls = 0

    def get(self, path: str, **query: object) -> Any:
        """The result of a reading call. Raises ``Refused`` and ``Trouble``, as the others do."""
        return self._call(Call("GET", path, query)).get("result")

    def pages(self, path: str, per_page: int, **query: object) -> Iterator[Json]:
        """All results of a call that gives them in pages."""
        page, count = 1, 0
        while True:
            answer = self._call(Call("GET", path, {**query, "per_page": per_page, "page": page}))
            found = answer.get("result") or []
            yield from found
            count += len(found)
            total = (answer.get("result_info") or {}).get("total_count")
            # A page may be smaller than was asked for, and the total may be left out.
            is_last = count >= total if isinstance(total, int) else len(found) < per_page
            if not found or is_last:
                return
            page += 1

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """The result of a call that changes something."""
        return self._call(Call(method, path, {}, body)).get("result")

    def close(self) -> None:
        self._connection.close()

    def _call(self, call: Call) -> Json:
        while True:
            began = time.monotonic()
            try:
                answer = self._once(call)
                self._patience.well()
                return answer
            except _Again as failed:
                if not failed.borne and not self._patience.bear(time.monotonic() - began):
                    raise Trouble(failed.reason) from None

    def _once(self, call: Call) -> Json:
        self.calls += 1
        status, headers, raw = self._exchange(call)
        if status == 429:
            raise self._limited(retry_after(headers.get("Retry-After")))
        if status >= 500:
            raise _Again(reasons.error(f"it answered {status}"))
        answer = _envelope(raw)
        if answer is None:
            raise _Again(reasons.error(f"it answered {status} with something that is not JSON"))
        if 200 <= status < 300 and answer.get("success", True):
            return answer
        errors = [one for one in answer.get("errors") or [] if isinstance(one, dict)]
        refused = Refused(status, errors)
        if status not in (401, 403) and not refused.codes & _WRONG_TOKEN:
            raise refused
        if call.path.startswith(_IN_A_ZONE):
            raise Forbidden(status, errors)
        raise Trouble(reasons.forbidden(str(refused)))

    def _limited(self, seconds: float | None) -> Exception:
        """What to raise for a limit that ends in so many seconds, once they were waited for where that is borne."""
        reason = reasons.rate_limited(said_when(seconds))
        if seconds is None:
            return _Again(reason)
        return _Again(reason, borne=True) if self._patience.bear_limit(seconds) else Trouble(reason)

    def _exchange(self, call: Call) -> tuple[int, http.client.HTTPMessage, bytes]:
        try:
            timeout = max(0.1, min(CALL_TIMEOUT, self._patience.left))
            return self._connection.exchange(call, timeout)
        except (OSError, http.client.HTTPException) as silence:
            said = str(silence) or type(silence).__name__
            endpoint, patience = self._connection.endpoint, self._patience.seconds
            raise _Again(reasons.silent(endpoint, said, patience)) from None


def _envelope(raw: bytes) -> Json | None:
    """Cloudflare's answer, or None where it is none: a page of something in between."""
    try:
        answer = json.loads(raw)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None

"""Writing down each write request of a token: in the transaction of its change, or once it was refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from flask import Response, g, request

from pvdifyd.errors import shown
from pvdifyd.http.audit.target import TEXT_LIMIT, asked
from pvdifyd.http.authentication import caller, refuse_if_revoked
from pvdifyd.http.route_name import route_of_request
from pvdifyd.operations.audit import record
from pvdifyd.operations.idempotency import Answer

READING = ("GET", "HEAD", "OPTIONS")
TOO_MANY = 429

_OPERATION = re.compile(r"/api/v1/operations/([0-9]+)", re.ASCII)

logger = logging.getLogger("pvdifyd.http")


def recorded(make: Callable[[], Answer]) -> Callable[[], Answer]:
    """`make`, and in the same transaction the entry that says that it was accepted."""

    def make_and_record() -> Answer:
        refuse_if_revoked()
        answer = make()
        found = _OPERATION.fullmatch(answer.headers.get("Location", ""))
        _append(record.ACCEPTED, answer.status, int(found[1]) if found else None)
        g.recorded = True
        return answer

    return make_and_record


def record_the_rest(answer: Response) -> Response:
    """Write down what was refused, failed, or answered as it was before. To be called after every request."""
    if "token" not in g or request.url_rule is None or request.method in READING:
        return answer
    # Nobody looked at what was too much: an entry for each would make the limit dearer than the request.
    if answer.status_code == TOO_MANY:
        return answer
    # What went wrong after its entry was written was undone together with that.
    result = _result(answer.status_code)
    if result is not None:
        try:
            _append(result, answer.status_code, None)
        except Exception:
            # Nothing was changed, and the answer says what it would have said.
            logger.exception("request %s (%s) is missing in the audit log", g.request_id, result)
    return answer


def _result(status: int) -> str | None:
    if status >= 500:
        return record.FAILED
    if status >= 400:
        return record.REFUSED
    if g.get("recorded"):
        return None
    if g.get("repeated"):
        return record.REPEATED
    logger.error("request %s changed something outside of its transaction", g.request_id)
    return record.ACCEPTED


def _append(result: str, status: int, operation: int | None) -> None:
    app = g.get("about_app")
    record.append(
        record.Deed(
            who=caller().name,
            address=request.remote_addr,
            action=f"{request.method} {route_of_request()}",
            app=app if app is None else shown(app, TEXT_LIMIT)[1:-1],
            target=asked(),
            status=status,
            result=result,
            operation=operation,
            request_id=g.request_id,
        )
    )

"""What every request and every answer goes through, whatever it is about: an id, some header fields, a line of log."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Response, g, request

from pvdifyd import tokens
from pvdifyd.errors import PvdifydError, shown, without_login
from pvdifyd.http import problems
from pvdifyd.http.metrics.counting import count_refusal
from pvdifyd.http.route_name import route_of_request
from pvdifyd.log import context

REQUEST_ID = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_OPERATION = re.compile(r"/api/v1/operations/([0-9]{1,18})", re.ASCII)

_OF_A_TOKEN = "/api/v1/tokens/{name}"

# Characters of an address in a line.
PATH_LOGGED = 200

logger = logging.getLogger("pvdifyd.http")


def identify() -> None:
    """Give the request its id: the one it came with, or a new one. To be called before every request, first."""
    sent = request.headers.get(REQUEST_ID, "")
    usable = _REQUEST_ID.fullmatch(sent) and not tokens.is_in(sent)
    g.request_id = sent if usable else secrets.token_hex(8)
    g.began = time.monotonic()
    context.begin_request(g.request_id)


def refuse(error: PvdifydError) -> Response:
    """The answer for a refusal of ours, which the request's line will name."""
    g.code = error.code
    count_refusal(error)
    return problems.of_refusal(error)


def finish(answer: Response) -> Response:
    """Add what all answers have. To be called after every request, last."""
    answer.headers[REQUEST_ID] = g.request_id
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    _log(answer)
    # What a stream still says belongs to its request.
    answer.call_on_close(context.end_request)
    return answer


def _path() -> str:
    """The address without a login: of all that have names of ours, a token's alone may have an @."""
    return request.path if route_of_request() == _OF_A_TOKEN else without_login(request.path)


def _log(answer: Response) -> None:
    """One line for each request. Nothing that a user sent stands in it but the address, without its query."""
    path = shown(tokens.masked(_path()), PATH_LOGGED)
    method = shown(request.method, 20)[1:-1]
    milliseconds = round((time.monotonic() - g.began) * 1000, 1)
    told = {
        "method": method,
        "path": path[1:-1],
        "route": route_of_request(),
        "status": answer.status_code,
        "milliseconds": milliseconds,
        "address": request.remote_addr,
    }
    if "token" in g:
        told["token"] = g.token.name
    if "code" in g:
        told["code"] = g.code
    accepted = _OPERATION.fullmatch(answer.headers.get("Location", ""))
    if accepted:
        told["operation"] = int(accepted[1])
    logger.info("%s %s %d %.0f ms", method, path, answer.status_code, milliseconds, extra={"told": told})

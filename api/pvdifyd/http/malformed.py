"""What comes to the port and is no request that can be read: answered in the API's own form, and logged without what
was sent."""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
import socket
import ssl
from typing import Any

from gunicorn import util
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)

from pvdifyd.http import problems

# Bytes of the line with method and address, fields of a header, and bytes of each.
LINE_LIMIT = 4094
FIELDS_LIMIT = 100
FIELD_LIMIT = 8190

_DETAILS = {
    "uri_too_long": f"The line with method and address may have {LINE_LIMIT} bytes at most.",
    "headers_too_large": f"A request may have {FIELDS_LIMIT} header fields of {FIELD_LIMIT} bytes at most.",
    "bad_request": "This is no request of HTTP/1.1 that pvdifyd can read.",
    "internal_error": "pvdifyd met an error of its own. Its log has it under this request_id.",
}
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (InvalidResponseHeader, "internal_error"),
    (InvalidResponseHeaderName, "internal_error"),
    (LimitRequestLine, "uri_too_long"),
    (LimitRequestHeaders, "headers_too_large"),
    (ParseException, "bad_request"),
    (ssl.SSLError, "bad_request"),
)

logger = logging.getLogger("pvdifyd.http")


def refuse(client: socket.socket, address: str, fault: Exception) -> None:
    """Answer what could not be read, and write it down. Never raises: the client may be gone."""
    code, request_id = _code_of(fault), secrets.token_hex(8)
    told = {"request": request_id, "code": code, "address": address}
    if code == "internal_error":
        logger.error("answering a request broke", exc_info=fault, extra={"told": told})
    else:
        logger.warning("no request: %s", type(fault).__name__, extra={"told": told})
    # Whoever does not get through the handshake of TLS could not read an answer.
    if not isinstance(fault, ssl.SSLError):
        with contextlib.suppress(OSError):
            util.write_nonblock(client, answer(code, request_id))


def _code_of(fault: Exception) -> str:
    return next((code for kind, code in _CODES if isinstance(fault, kind)), "internal_error")


def answer(code: str, request_id: str) -> bytes:
    """The whole answer, as it goes over the wire."""
    status, title = problems.TITLES[code]
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": _DETAILS[code],
        "code": code,
        "request_id": request_id,
    }
    body = json.dumps(problem).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status} {title}",
        "Connection: close",
        f"Content-Type: {problems.MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
        "Cache-Control: no-store",
        "",
        "",
    )
    return "\r\n".join(head).encode("ascii") + body

"""The headers of answers, as the description has them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pvdifyd.http.documentation import streams

Header = dict[str, Any]


def _text(description: str, pattern: str) -> Header:
    return {"description": description, "required": True, "schema": {"type": "string", "pattern": pattern}}


REQUEST_ID = _text(
    "The id of the request: given back, or made. The server's log has it.", "^[A-Za-z0-9._-]{1,64}$"
)
RATE_LIMIT_POLICY = _text(
    'How many requests may be made: "token" or "address", q of them in w seconds.',
    '^"(token|address)";q=[0-9]+;w=[0-9]+$',
)
RATE_LIMIT = _text(
    "What is left of that: r requests; after t seconds there are more.",
    '^"(token|address)";r=[0-9]+;t=[0-9]+$',
)
LOCATION = _text("The address of the operation that does it, or of what was made.", "^/api/v1/")
ETAG = _text("The state of what is shown, for If-None-Match and If-Match.", '^"[!-~]+"$')
AUTHENTICATE = _text("How to sign in: with a token.", "^Bearer ")
RETRY_AFTER: Header = {
    "description": "Seconds after which to try again.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}

_QUOTA = {"RateLimit-Policy": RATE_LIMIT_POLICY, "RateLimit": RATE_LIMIT}
_ALWAYS = {"X-Request-ID": REQUEST_ID, **_QUOTA}
# What can't be read was not counted.
_UNREAD = tuple(HTTPStatus(status).name for status in (400, 414, 431))
_OF_PROBLEMS = {
    "UNAUTHORIZED": {"WWW-Authenticate": AUTHENTICATE},
    "TOO_MANY_REQUESTS": {"Retry-After": RETRY_AFTER},
    "SERVICE_UNAVAILABLE": {"Retry-After": RETRY_AFTER},
}

# What is changed with If-Match is shown with its tag, whatever was done.
_TAGGED = ("App", "ConfigChanged")


def add(document: dict[str, Any]) -> None:
    """Document the headers that every answer of a kind has."""
    for name, answer in document["components"]["responses"].items():
        answer["headers"] = _ALWAYS | _OF_PROBLEMS.get(name, {})
        if name in _UNREAD:
            answer["headers"] |= {quota: header | {"required": False} for quota, header in _QUOTA.items()}
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                _add_to(operation["responses"])


def _add_to(answers: dict[str, Any]) -> None:
    for status, answer in answers.items():
        if "$ref" in answer:
            continue
        headers = dict(_ALWAYS)
        if status == "202":
            headers["Location"] = LOCATION
        if _is_tagged(status, answer, answers):
            # Nobody ever has the whole of a stream.
            headers["ETag"] = ETAG | {"required": streams.MEDIA_TYPE not in answer.get("content", {})}
        answer["headers"] = {**answer.get("headers", {}), **headers}


def _is_tagged(status: str, answer: dict[str, Any], answers: dict[str, Any]) -> bool:
    conditional = "304" in answers and status in ("200", "304")
    return conditional or any(f"/{name}'" in str(answer.get("content")) for name in _TAGGED)

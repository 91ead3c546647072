"""Entity tags: what a client read, so that it reads nothing twice and changes nothing that it did not see.

A proxy that compresses answers makes their tags weak (W/"x"), so that a weak tag counts as its strong one.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, request

IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "Only if what is there still is what has this ETag; 412 if it is not.",
}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "Only if what is there no longer is what has this ETag; 304 if it is.",
}
IF_NOTHING_THERE = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "With *: only if nothing is there yet; 412 if something is.",
}

# Headers of an answer that are the body's, and so of none that has none.
_OF_A_BODY = ("Content-Type", "Content-Length")


def spare_what_is_known(answer: Response) -> Response:
    """Tag what was read, and send nothing where who asks has it already: 304. To be called after every request.

    A stream has no tag, for nobody has it whole; what a view has tagged by itself keeps that tag.
    """
    if request.method not in ("GET", "HEAD") or answer.status_code != 200 or answer.is_streamed:
        return answer
    if "ETag" not in answer.headers:
        # A list's page may be as it was while there are more pages.
        pages = answer.headers.get("X-Pagination", "")
        answer.headers.update(headers(_digest(pages.encode() + answer.get_data())))
    tag = str(answer.get_etag()[0])
    if is_known(tag):
        answer.status_code = 304
        answer.set_data(b"")
        for name in _OF_A_BODY:
            answer.headers.pop(name, None)
    return answer


def of_content(content: dict[str, Any]) -> str:
    """A tag that is another one for another content."""
    return _digest(json.dumps(content, sort_keys=True).encode())


def headers(tag: str) -> dict[str, str]:
    """The headers of an answer with what has this tag."""
    return {"ETag": f'"{tag}"'}


def is_known(tag: str) -> bool:
    """Whether who asks has what has this tag already."""
    return request.if_none_match.contains_weak(tag)


def is_expected(tag: str | None) -> bool:
    """Whether what is there (None: nothing) is what a change was made for; yes where the request names no tag."""
    if tag is None:
        return "If-Match" not in request.headers
    matches = "If-Match" not in request.headers or request.if_match.contains_weak(tag)
    return matches and not is_known(tag)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]

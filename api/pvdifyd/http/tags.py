"""Entity tags: what a client read, so that it reads nothing twice and changes nothing that it did not see.

A proxy that compresses answers makes their tags weak (W/"x"), so that a weak tag counts as its strong one.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import request

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


def of_content(content: dict[str, Any]) -> str:
    """A tag that is another one for another content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


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

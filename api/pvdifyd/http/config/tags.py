"""Entity tags of a config: "v6", and "v0" before anything was set."""

from __future__ import annotations

from flask import request

IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "Only if the config still is the one with this ETag; 412 if it is not.",
}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "Only if the config no longer is the one with this ETag; 304 if it is.",
}


def headers(version: int | None) -> dict[str, str]:
    """The headers of an answer with this version."""
    return {"ETag": f'"{_tag(version)}"'}


def is_known(version: int | None) -> bool:
    """Whether who asks has this version already."""
    return request.if_none_match.contains_weak(_tag(version))


def is_expected(version: int | None) -> bool:
    """Whether this version is the one that a change was made for; yes where none was named. A proxy that compresses
    answers makes their tags weak, so that those count too."""
    return "If-Match" not in request.headers or request.if_match.contains_weak(_tag(version))


def _tag(version: int | None) -> str:
    return f"v{version or 0}"

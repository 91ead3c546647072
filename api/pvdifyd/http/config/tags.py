"""Entity tags of a config: "v6", and "v0" before anything was set."""

from __future__ import annotations

from pvdifyd.http import tags


def headers(version: int | None) -> dict[str, str]:
    """The headers of an answer with this version."""
    return tags.headers(_tag(version))


def is_expected(version: int | None) -> bool:
    """Whether this version is the one that a change was made for; yes where none was named."""
    return tags.is_expected(_tag(version))


def _tag(version: int | None) -> str:
    return f"v{version or 0}"

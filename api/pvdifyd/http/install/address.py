"""The URL that a server was asked at, for a script that is going to be run: what clients send is not to be believed."""

from __future__ import annotations

import ipaddress
import re

# Nothing in it means anything to a shell.
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII | re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?", re.ASCII)


def url(sent: str, listening: tuple[str, str]) -> str:
    """The URL of the server, as its clients write it.

    sent: the Host header; it counts where it is a name or an address, with or without a port, and nothing else.
    listening: the address and the port that the server listens at, for when it is not.
    """
    host, port = listening
    own = f"[{host}]" if ":" in host else host
    return f"https://{sent if _is_authority(sent) else f'{own}:{port}'}"


def _is_authority(text: str) -> bool:
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        return False
    host, port = parts.groups()
    return _is_host(host) and (port is None or 0 < int(port) <= 65535)


def _is_host(text: str) -> bool:
    if not text.startswith("["):
        return _NAME.fullmatch(text) is not None
    try:
        # A zone, as in fe80::1%eth0, may hold any character.
        return "%" not in text and bool(ipaddress.IPv6Address(text[1:-1]))
    except ValueError:
        return False

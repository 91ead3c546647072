"""A container registry as people name it: `ghcr.io`, `registry.example.com:5000`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pvdify.errors import UsageError

# Wider than the server's rule, which is the server's to tell; but each is one segment of a URL.
_SHAPE = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?", re.ASCII)


def take_registry(arguments: tuple[str, ...]) -> str:
    """Give the registry, a command's one argument.

    Raises:
        UsageError: There is none, or more, or it is no registry's host. Of several, none is shown: one may be a
            password. Nor is what stands before an @.
    """
    if len(arguments) != 1:
        raise UsageError(
            "One registry is asked for." if arguments else "HOST is missing.",
            "Name its host, as in ghcr.io. A password is never an argument.",
        )
    if _SHAPE.fullmatch(arguments[0]) is None:
        hidden, _, shown = arguments[0].rpartition("@")
        typed = f"…@{shown}" if hidden else shown
        raise UsageError(f"{typed!r} is not a registry's host.", _next_step(shown))
    return arguments[0]


def _next_step(text: str) -> str:
    try:
        host = urlsplit(text if "//" in text else f"//{text}").netloc
    except ValueError:
        host = ""
    hint = f"Did you mean {host}? " if _SHAPE.fullmatch(host) else ""
    return f"{hint}It is HOST or HOST:PORT, as in ghcr.io or registry.example.com:5000."

"""The part of HAProxy's configuration that belongs to one app: a pure function, and its reverse for the servers.

Every number here was chosen under load: an instance that crashes costs no request that may be sent again, and a
POST is never sent twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

HEADER = "# Made by pvdify, and written anew by it: changes are lost.\n"
_BIND = re.compile(r"^\s+bind (\S+):(\d+)$", re.MULTILINE)
_SERVER = re.compile(r"^\s+server (\S+) 127\.0\.0\.1:(\d+)$", re.MULTILINE)


def backend_of(app: str) -> str:
    """What HAProxy calls the app's group of servers."""
    return f"pvdify-{app}"


@dataclass(frozen=True)
class Server:
    """One instance as HAProxy sees it: ``web1`` at a port of the loopback."""

    name: str
    port: int


@dataclass(frozen=True)
class Route:
    """From the app's address to its servers. ``path`` is the health check's, None for a TCP connect; ``timeout``
    is its patience in seconds."""

    app: str
    address: str
    port: int
    path: str | None
    timeout: float
    servers: Sequence[Server]

    @property
    def backend(self) -> str:
        return backend_of(self.app)

    def text(self) -> str:
        servers = "".join(f"    server {server.name} 127.0.0.1:{server.port}\n" for server in self.servers)
        return f"{HEADER}{self._frontend()}\n{self._backend()}{servers}"

    def _frontend(self) -> str:
        # A name of its own: asked for a name that both have, the runtime API finds the frontend and no servers.
        return (
            f"frontend {self.backend}:http\n"
            f"    bind {self.address}:{self.port}\n"
            f"    default_backend {self.backend}\n"
        )

    def _backend(self) -> str:
        check = ""
        if self.path is not None:
            check = (
                "    option httpchk\n"
                f"    http-check send meth GET uri {quoted(self.path)} ver HTTP/1.1 hdr Host localhost\n"
                "    http-check expect status 200-399\n"
            )
        return (
            f"backend {self.backend}\n"
            "    http-request disable-l7-retry unless { method GET HEAD OPTIONS }\n"
            f"{check}"
            f"    timeout check {math.ceil(self.timeout)}s\n"
            "    default-server check inter 1s fastinter 200ms downinter 200ms fall 2 rise 1"
            " observe layer4 error-limit 2 on-error mark-down\n"
        )


def quoted(value: str) -> str:
    """A word in HAProxy's configuration language: strong quotes make all but themselves text (configuration manual,
    2.2 "Quoting and escaping").

    Raises ``ValueError`` for a control character, which no quoting makes safe.
    """
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("a control character can't stand in the proxy's configuration")
    return "'" + value.replace("'", "'\\''") + "'"


def bound_in(text: str) -> tuple[str, int] | None:
    """The address and the port a file made by ``Route.text`` takes, or None where it has none."""
    found = _BIND.search(text)
    return (found[1], int(found[2])) if found else None


def servers_in(text: str) -> list[Server]:
    """The servers a file made by ``Route.text`` names."""
    return [Server(name, int(port)) for name, port in _SERVER.findall(text)]


def same_shape(before: str, after: str) -> bool:
    """Whether two configurations differ in their servers' ports at most, so that no reload is needed."""
    return _SERVER.sub(r"\1", before) == _SERVER.sub(r"\1", after)

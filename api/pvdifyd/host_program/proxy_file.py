"""The part of HAProxy's configuration that belongs to one app: a pure function, and its reverse for the servers.

Every number here was chosen under load: an instance that crashes costs no request that may be sent again, and a
POST is never sent twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

HEADER = "# Made by pvdify, and written anew by it: changes are lost.\n"
_BIND = re.compile(r"^\s+bind (\S+):(\d+)$", re.MULTILINE)
_SERVER = re.compile(r"^\s+server (\S+) 127\.0\.0\.1:(\d+)( disabled)?$", re.MULTILINE)
_NOBODY = 1  # the port of a place that no instance has

# The Host that every check of an app's health asks for.
CHECKED_HOST = "localhost"


def backend_of(app: str) -> str:
    """What HAProxy calls the app's group of servers."""
    return f"pvdify-{app}"


@dataclass(frozen=True)
class Server:
    """One instance as HAProxy sees it: ``web1`` at a port of the loopback. One that is not ``enabled`` gets no new
    request, and ends those it has."""

    name: str
    port: int
    enabled: bool = True

    @property
    def line(self) -> str:
        return f"    server {self.name} 127.0.0.1:{self.port}{'' if self.enabled else ' disabled'}\n"


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

    def with_places(self, count: int) -> Route:
        """The same route with places that nobody has yet, up to ``count`` in all: an instance that takes one of them,
        or leaves it, needs no reload."""
        taken = {server.name for server in self.servers}
        numbers = (number for number in range(1, 2 * count + 2) if f"web{number}" not in taken)
        more = [
            Server(f"web{next(numbers)}", _NOBODY, enabled=False) for _ in range(count - len(self.servers))
        ]
        places = sorted([*self.servers, *more], key=lambda server: int(server.name[len("web") :]))
        return replace(self, servers=places)

    def text(self) -> str:
        servers = "".join(server.line for server in self.servers)
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
                f"    http-check send meth GET uri {quoted(self.path)} ver HTTP/1.1 hdr Host {CHECKED_HOST}\n"
                "    http-check expect status 200-399\n"
            )
        return (
            f"backend {self.backend}\n"
            "    http-request disable-l7-retry unless { method GET HEAD OPTIONS }\n"
            f"{check}"
            f"    timeout check {math.ceil(self.timeout)}s\n"
            "    default-server check inter 1s fastinter 200ms downinter 200ms fall 2 rise 1"
            " observe layer4 error-limit 2 on-error mark-down"
            " pool-purge-delay 1s\n"
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
    return [Server(name, int(port), not disabled) for name, port, disabled in _SERVER.findall(text)]


def same_shape(before: str, after: str) -> bool:
    """Whether two configurations differ in their servers' ports, and in which are enabled, at most: no reload is
    needed."""
    return _SERVER.sub(r"\1", before) == _SERVER.sub(r"\1", after)

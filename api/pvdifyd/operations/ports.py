"""The port of an app on its host: from 3000 up, one app a port."""

from __future__ import annotations

from typing import Protocol

from pvdifyd.errors import ConflictError, UnavailableError
from pvdifyd.models import App, Host, connected

FIRST = 3000
LAST = 19999


class AskHost(Protocol):
    """Asks the host itself for a free port; None when none is. Raises UnavailableError when it can't."""

    def __call__(self, host: str, first: int, last: int, taken: list[int]) -> int | None: ...


def propose(host: Host, ask_host: AskHost) -> int:
    """The lowest port that no app of the host has, and that is free there.

    A host that can't be asked now does not stop an app from being created: the deploy looks again.
    Raises ConflictError(no_free_port).
    """
    taken = taken_on(host)
    try:
        port = ask_host(host.name, FIRST, LAST, sorted(taken))
    except UnavailableError:
        port = next((port for port in range(FIRST, LAST + 1) if port not in taken), None)
    if port is None or port in taken:
        raise ConflictError(f"No port from {FIRST} to {LAST} is free on {host.name}.", code="no_free_port")
    return port


def check(host: Host, port: int, ask_host: AskHost) -> int:
    """The port itself, if nobody has it on the host; raises ConflictError(port_taken)."""
    if port in taken_on(host):
        raise port_taken(host, port, "another app")
    try:
        free = ask_host(host.name, port, port, [])
    except UnavailableError:
        return port
    if free != port:
        raise port_taken(host, port, "another program")
    return port


def taken_on(host: Host) -> set[int]:
    """The ports of the host's apps."""
    connected()
    apps = App.select(App.bind_port, App.bound_port).where(App.host == host)
    return {port for app in apps for port in (app.bind_port, app.bound_port) if port is not None}


def port_taken(host: Host, port: int, owner: str) -> ConflictError:
    """The refusal of a port that someone has."""
    return ConflictError(
        f"bind_port {port} belongs to {owner} on {host.name}. Leave it out, and a free one is chosen.",
        code="port_taken",
    )

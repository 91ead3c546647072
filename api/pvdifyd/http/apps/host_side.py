"""What only an app's host can tell before the app is kept: whether its port is free, and how large it is."""

from __future__ import annotations

from typing import Any

from pvdifyd.http.services import services
from pvdifyd.models import Host
from pvdifyd.operations import ports, resources


def check_resources(host: Host, asked: dict[str, Any]) -> None:
    """Raises InvalidError(memory_within_host, cpu_within_host)."""
    resources.check_within_host(host, asked, services().reader.capacity)


def bind_port(host: Host, asked: int | None) -> int:
    """The port asked for, or (None) a free one; raises ConflictError(port_taken, no_free_port)."""
    ask_host = services().reader.free_port
    return ports.propose(host, ask_host) if asked is None else ports.check(host, asked, ask_host)

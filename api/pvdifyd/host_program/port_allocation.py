"""Giving instances their ports: each gets one once, and keeps it over restarts."""

from __future__ import annotations

from collections.abc import Sequence

from . import ports, systemctl
from .changes import Changes, read_or_none
from .names import Instance, port_file, proxy_file
from .proxy_file import servers_in
from .quadlets import port_text


def give_ports(instances: Sequence[Instance], changes: Changes) -> None:
    """A port to each of an app's web instances that has none, or whose port somebody took while it was stopped; the
    caller holds the host's lock.

    Raises ``StepFailed(no_free_port)``.
    """
    if not instances:
        return
    app = instances[0].app
    running = {one.unit for one in systemctl.running_instances(app)}
    homeless = [one for one in instances if not _has_home(one, one.unit in running)]
    if homeless:
        free = ports.free(_in_use(app))
        for instance, port in zip(homeless, free):
            changes.write(port_file(instance), port_text(port))


def _has_home(instance: Instance, running: bool) -> bool:
    port = ports.port_of(instance)
    return port is not None and (running or ports.is_free(port))


def _in_use(app: str) -> set[int]:
    """Those given to anybody, and those the proxy still sends to."""
    return ports.given() | {server.port for server in servers_in(read_or_none(proxy_file(app)) or "")}

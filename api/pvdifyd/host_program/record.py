"""What the host remembers of an app: enough to put everything right after a broken run, or with no controller."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from . import kept_file
from .changes import Changes
from .names import Instance, app_record
from .ports import port_of
from .proxy_file import Route, Server
from .quadlets import HealthCheck


@dataclass(frozen=True)
class AppRecord:
    """The release that serves. ``units`` is the release whose units run it; ``standby`` the one kept warm, or None;
    ``counts`` the number of instances of each process type, and ``stopped`` the number that a type has when nobody has
    stopped it; ``alone`` the types whose instances of two releases never run side by side; ``path`` the health
    check's, or None, and ``timeout`` its patience. Times are in seconds."""

    app: str
    release: int
    units: int
    standby: int | None
    address: str
    port: int
    path: str | None
    counts: dict[str, int]
    timeout: float = HealthCheck.timeout
    stopped: dict[str, int] = field(default_factory=dict)
    alone: list[str] = field(default_factory=list)
    container_port: int | None = None
    start_timeout: float = 60
    stop_timeout: float = 30
    drain_timeout: float = 30

    @classmethod
    def wanted(cls, request: dict[str, Any], standby: int | None) -> AppRecord:
        """What a request asks for: ``app``, ``release``, ``units``, ``address``, ``port``, ``processes``,
        ``healthcheck``, and where it has them ``stopped``, ``container_port`` and the timeouts."""
        health = health_of("web", request["healthcheck"]) or HealthCheck()
        given = ("stopped", "container_port", "start_timeout", "stop_timeout", "drain_timeout")
        return cls(
            app=request["app"],
            release=request["release"],
            units=request["units"],
            standby=standby,
            address=request["address"],
            port=request["port"],
            path=health.path,
            timeout=health.timeout,
            counts=counts_of(request["processes"]),
            alone=sorted(kind for kind, entry in request["processes"].items() if not overlaps(kind, entry)),
            **{name: request[name] for name in given if request.get(name) is not None},
        )

    def write(self, changes: Changes) -> bool:
        return changes.write(app_record(self.app), json.dumps(asdict(self), indent=2, sort_keys=True) + "\n")

    def instances(self, process: str | None = None) -> list[Instance]:
        """The instances that should run, or those of one process type."""
        return [
            Instance(self.app, kind, self.units, number)
            for kind, count in sorted(self.counts.items())
            if process in (None, kind)
            for number in range(1, count + 1)
        ]

    def route(self, *, more: Iterable[Instance] = (), without: Iterable[Instance] = ()) -> Route | None:
        """How the proxy should reach it; None for an app with no ``web``. ``more`` instances get requests too for a
        while, those ``without`` get none."""
        if "web" not in self.counts:
            return None
        left_out = set(without)
        servers = [
            Server(f"web{instance.number}", port, enabled=instance not in left_out)
            for instance in sorted({*self.instances("web"), *more})
            if (port := port_of(instance)) is not None
        ]
        return Route(self.app, self.address, self.port, self.path, self.timeout, servers)


def recorded(app: str) -> AppRecord | None:
    """What the host says runs, or None where nothing of this app does. Raises what ``kept_file.read`` raises."""
    known = {one.name for one in fields(AppRecord)}
    return kept_file.read(
        app_record(app),
        lambda held: AppRecord(**{name: value for name, value in held.items() if name in known}),
    )


def counts_of(processes: dict[str, dict[str, Any]]) -> dict[str, int]:
    """How many instances of each process type a request asks for."""
    return {process: int(entry["count"]) for process, entry in processes.items()}


def overlaps(process: str, entry: dict[str, Any]) -> bool:
    """Whether a process type's new instances may run beside those of the release before. Those of ``web`` must: who
    else would answer meanwhile?"""
    return process == "web" or bool(entry.get("overlap", True))


def health_of(process: str, healthcheck: dict[str, object] | None) -> HealthCheck | None:
    """A process type's health check: ``web`` always has one, the others stay up or they don't."""
    if process != "web":
        return None
    if healthcheck is None:
        return HealthCheck()
    return HealthCheck(
        path=str(healthcheck["path"]),
        interval=float(str(healthcheck["interval"])),
        timeout=float(str(healthcheck["timeout"])),
        retries=int(str(healthcheck["retries"])),
    )

"""What the host remembers of an app: enough to put everything right after a broken run, or with no controller."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from .changes import Changes, read_or_none
from .names import Instance, app_record
from .ports import port_of
from .proxy_file import Route, Server
from .quadlets import HealthCheck


@dataclass(frozen=True)
class AppRecord:
    """The release that serves. ``units`` is the release whose units run it; ``standby`` the one kept warm, or None;
    ``counts`` the number of instances of each process type; ``path`` the health check's, or None, and
    ``timeout`` its patience in seconds."""

    app: str
    release: int
    units: int
    standby: int | None
    address: str
    port: int
    path: str | None
    counts: dict[str, int]
    timeout: float = HealthCheck.timeout

    @classmethod
    def wanted(cls, request: dict[str, Any], standby: int | None) -> AppRecord:
        """What a request asks for: ``app``, ``release``, ``units``, ``address``, ``port``, ``processes`` and
        ``healthcheck``."""
        health = health_of("web", request["healthcheck"]) or HealthCheck()
        return cls(
            app=request["app"],
            release=request["release"],
            units=request["units"],
            standby=standby,
            address=request["address"],
            port=request["port"],
            path=health.path,
            timeout=health.timeout,
            counts={process: entry["count"] for process, entry in request["processes"].items()},
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

    def route(self) -> Route | None:
        """How the proxy should reach it; None for an app with no ``web``."""
        if "web" not in self.counts:
            return None
        servers = [
            Server(f"web{instance.number}", port)
            for instance in self.instances("web")
            if (port := port_of(instance)) is not None
        ]
        return Route(self.app, self.address, self.port, self.path, self.timeout, servers)


def recorded(app: str) -> AppRecord | None:
    """What the host says runs, or None where nothing of this app does."""
    text = read_or_none(app_record(app))
    return AppRecord(**json.loads(text)) if text else None


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

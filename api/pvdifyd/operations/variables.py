"""What a playbook is told of one app: a pure function of rows and settings."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pvdifyd import durations, image_reference
from pvdifyd.models import App, Release
from pvdifyd.operations import resources
from pvdifyd.operations.config.environment import Environment
from pvdifyd.operations.formation import Formation
from pvdifyd.operations.processes import complete
from pvdifyd.operations.resources import Resources
from pvdifyd.settings import Settings


@dataclass(frozen=True)
class Run:
    """What a run is told beside its release: the operation's number (0 by hand), the instances to restart, the limits
    (default: those in force) and the limits to go back to, and the port to take (default: the one that was taken)."""

    operation: int = 0
    restart: dict[str, Any] = field(default_factory=lambda: {"process": None, "instance": None})
    resources: Resources | None = None
    resources_before: Resources | None = None
    bind_port: int | None = None


BY_HAND = Run()

# The config of a release that has none.
NOTHING_SET: Environment = MappingProxyType({"version": None, "values": {}, "secrets": {}})


def release_variables(
    app: App,
    release: Release,
    formation: Formation,
    kept: Sequence[int],
    settings: Settings,
    run: Run = BY_HAND,
    environment: Environment = NOTHING_SET,
) -> dict[str, Any]:
    """The variables that bring this release to its host with this formation; `kept` are the units whose images stay,
    `environment` is its config."""
    before = run.resources_before
    return {
        **app_variables(app, settings, run.operation),
        "bind_port": run.bind_port or app.bound_port or app.bind_port,
        "release": release.version,
        "units": release.units,
        "image": image_reference.normalise(release.image),
        "digest": release.digest,
        "processes": {
            name: process_variables(process, formation.effective(name))
            for name, process in complete(release.processes).items()
        },
        "stopped": formation.stopped_counts,
        "resources": resources.variables(run.resources or resources.of(app)),
        "resources_before": resources.variables(before) if before else None,
        "restart": run.restart,
        "container_port": release.container_port,
        "healthcheck": healthcheck_variables(release.healthcheck),
        "environment": dict(environment),
        "start_timeout": settings.start_timeout,
        "standby": settings.standby,
        "keep": list(kept),
    }


def app_variables(app: App, settings: Settings, operation: int = 0) -> dict[str, Any]:
    """The variables of an app apart from any release: enough to remove it."""
    return {
        "host": app.host.name,
        "app": app.name,
        "operation": operation,
        "bind_address": app.host.bind_address,
        "bind_port": app.bind_port,
        "stop_timeout": settings.stop_timeout,
        "drain_timeout": settings.drain_timeout,
    }


def process_variables(process: dict[str, Any], count: int) -> dict[str, Any]:
    """A process with its command split into arguments as a shell would, though no shell ever sees it."""
    command = process["command"]
    return {
        "command": None if command is None else shlex.split(command),
        "count": count,
        "overlap": process["overlap"],
    }


def healthcheck_variables(healthcheck: dict[str, Any] | None) -> dict[str, Any] | None:
    """The health check with its times in seconds; None means that a TCP connection decides."""
    if healthcheck is None:
        return None
    return {
        "path": healthcheck["path"],
        "interval": durations.seconds(healthcheck["interval"]),
        "timeout": durations.seconds(healthcheck["timeout"]),
        "retries": healthcheck["retries"],
    }


def kept_units(release: Release, served: Sequence[Release], limit: int) -> list[int]:
    """The units of the newest releases that served, this one first, each once, at most `limit`."""
    newest_first = sorted(served, key=lambda other: other.version, reverse=True)
    return list(dict.fromkeys([release.units, *(other.units for other in newest_first)]))[:limit]

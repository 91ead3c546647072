"""Rows as the API shows them; a page of rows costs as many queries as one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pvdifyd.models import App, Edge, Event, Host, Operation, Release
from pvdifyd.models.edge import NONE
from pvdifyd.models.operation import OPEN, RELEASING
from pvdifyd.models.release import ACTIVE
from pvdifyd.operations import resources
from pvdifyd.operations.config.versions import label
from pvdifyd.operations.domains.show import names_by_app
from pvdifyd.operations.formation import Formation
from pvdifyd.operations.processes import complete

Shown = dict[str, Any]


def apps(rows: Sequence[App]) -> list[Shown]:
    """App slots with their current release and status."""
    ids = [row.id for row in rows]
    serving = {
        release.app_id: release
        for release in Release.select(Release.app, Release.version, Release.config_version).where(
            Release.app.in_(ids) & (Release.status == ACTIVE)
        )
    }
    deploying = {
        operation.app_id
        for operation in Operation.select(Operation.app).where(
            Operation.app.in_(ids) & Operation.status.in_(OPEN) & Operation.kind.in_(RELEASING)
        )
    }
    domains = names_by_app(rows)
    return [_app(row, serving.get(row.id), row.id in deploying, domains[row.id]) for row in rows]


def _app(row: App, release: Release | None, deploying: bool, domains: list[str]) -> Shown:
    if row.removing:
        status = "removing"
    elif deploying:
        status = "deploying"
    elif release is None:
        status = "empty"
    else:
        status = "stopped" if _formation(row).is_stopped else "live"
    return {
        "name": row.name,
        "environment": row.environment,
        "host": row.host.name,
        "image": row.image,
        "processes": complete(row.processes),
        "bind_port": row.bind_port,
        "container_port": row.container_port,
        "healthcheck": row.healthcheck,
        "resources": resources.of(row),
        "domains": domains,
        "stopped": sorted(_formation(row).stopped),
        "config_version": label(row.config_version),
        "running_config_version": label(release.config_version) if release else None,
        "release": release.version if release else None,
        "status": status,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _formation(row: App) -> Formation:
    return Formation(row.formation or {}, frozenset(row.stopped))


def releases(rows: Sequence[Release]) -> list[Shown]:
    """Releases of one app, each with the operation that ran it."""
    if not rows:
        return []
    app = rows[0].app
    operations = {
        operation.release_version: operation.id
        for operation in Operation.select(Operation.id, Operation.release_version).where(
            (Operation.app == app) & Operation.release_version.in_([row.version for row in rows])
        )
    }
    return [_release(row, app, operations.get(row.version)) for row in rows]


def _release(row: Release, app: App, operation: int | None) -> Shown:
    return {
        "version": row.version,
        "app": app.name,
        "image": row.image,
        "digest": row.digest,
        "config_version": label(row.config_version),
        "secrets": {
            key: {"version": label(secret["version"]), "digest": secret["digest"]}
            for key, secret in row.secrets.items()
        },
        "status": row.status,
        "reason": row.reason,
        "rollback_of": row.rollback_of,
        "processes": complete(row.processes),
        "healthcheck": row.healthcheck,
        "container_port": row.container_port,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "finished_at": row.finished_at,
        "operation": operation,
    }


def operations(rows: Sequence[Operation]) -> list[Shown]:
    """Operations."""
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "app": row.app_name or None,
            "release": row.release_version,
            "arguments": row.arguments,
            "cancel_requested": row.cancel_requested,
            "status": row.status,
            "error": row.error,
            "created_by": row.created_by,
            "created_at": row.created_at,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
        }
        for row in rows
    ]


def hosts(rows: Sequence[Host]) -> list[Shown]:
    """Hosts, and how many apps each has."""
    ids = [row.id for row in rows]
    apps = Counter(app.host_id for app in App.select(App.host).where(App.host.in_(ids)))
    in_force = Edge.host.in_(ids) & Edge.operation.is_null()
    edges = {row.host_id: row.kind for row in Edge.select(Edge.host, Edge.kind).where(in_force)}
    return [
        {
            "name": row.name,
            "connection": row.connection,
            "address": row.address,
            "recipient": row.recipient,
            "edge": edges.get(row.id, NONE),
            "apps": apps[row.id],
        }
        for row in rows
    ]


def event(row: Event) -> Shown:
    """An event."""
    return {
        "id": row.id,
        "operation": row.operation_id,
        "at": row.at,
        "type": row.type,
        "phase": row.phase,
        "status": row.status,
        "message": row.message,
        "seconds": row.seconds,
        "data": row.data,
    }


def instances(rows: Sequence[Shown], releases_of_app: Sequence[Release]) -> list[Shown]:
    """Instances as a host tells them, their units' number replaced by the newest release those units ran.

    After a rollback to release 41 as release 45, the units are those of 41, and what serves is 45.
    """
    newest = {row.units: row.version for row in sorted(releases_of_app, key=lambda row: row.version)}
    return [{**row, "release": newest.get(row["release"], row["release"])} for row in rows]

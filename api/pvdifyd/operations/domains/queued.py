"""The one operation that brings what was asked for meanwhile: many domains at once cost a host no more than one."""

from __future__ import annotations

from collections.abc import Iterable

from pvdifyd.models import App, Operation
from pvdifyd.models.operation import DOMAINS, OPEN, QUEUED
from pvdifyd.operations import request


def bring(app: App, names: Iterable[str], created_by: str) -> Operation:
    """An operation for these domains: one that waits takes them up, or else a new one. In a transaction."""
    waiting = _waiting(app)
    if waiting is None:
        return request.queue(app, DOMAINS, created_by, arguments={"domains": sorted(set(names))})
    waiting.arguments = {"domains": sorted({*waiting.arguments["domains"], *names})}
    Operation.update(arguments=waiting.arguments).where(Operation.id == waiting.id).execute()
    return waiting


def reroute(app: App, names: Iterable[str], port: int, created_by: str) -> Operation:
    """An operation that has these domains lead to another port. In a transaction."""
    return request.queue(app, DOMAINS, created_by, arguments={"domains": sorted(names), "port": port})


def under_way(app: App, names: Iterable[str]) -> Operation | None:
    """The newest operation, waiting or running, that brings all of these domains."""
    asked = set(names)
    found = [row for row in _open(app) if asked <= set(row.arguments["domains"])]
    return found[-1] if found else None


def _waiting(app: App) -> Operation | None:
    """One that has not begun: what has, also when its worker ended, has told the host what it is about."""
    found = [row for row in _open(app) if row.status == QUEUED and row.started_at is None]
    return found[-1] if found else None


def _open(app: App) -> list[Operation]:
    rows = Operation.select().where(
        (Operation.app == app) & (Operation.kind == DOMAINS) & Operation.status.in_(OPEN)
    )
    return [row for row in rows.order_by(Operation.id) if "port" not in row.arguments]

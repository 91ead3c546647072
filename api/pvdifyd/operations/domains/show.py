"""Domains as the API shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pvdifyd.models import App, Domain
from pvdifyd.models.domain import REMOVING
from pvdifyd.operations.edge.find import kind_of


def domains(rows: Sequence[Domain]) -> list[dict[str, Any]]:
    """Domains of one app."""
    if not rows:
        return []
    app = rows[0].app
    edge = kind_of(app.host)
    return [
        {
            "domain": row.name,
            "app": app.name,
            "host": app.host.name,
            "edge": edge,
            "status": row.status,
            "reason": row.reason,
            "force": row.force,
            "zone": row.zone,
            "zone_id": row.zone_id,
            "record_id": row.record_id,
            "created_at": row.created_at,
            "created_by": row.created_by,
            "updated_at": row.updated_at,
        }
        for row in rows
    ]


def names_by_app(apps: Sequence[App]) -> dict[int, list[str]]:
    """The names of each app's domains, in order, but for those that are on their way out."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Domain.select(Domain.app, Domain.name).where(
        Domain.app.in_([app.id for app in apps]) & (Domain.status != REMOVING)
    )
    for row in rows.order_by(Domain.name):
        found[row.app_id].append(row.name)
    return found

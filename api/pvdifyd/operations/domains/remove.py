"""Asking for domains to be taken away from an app."""

from __future__ import annotations

from collections.abc import Sequence

from pvdifyd import clock
from pvdifyd.errors import NotFoundError
from pvdifyd.models import App, Domain, Operation, atomic
from pvdifyd.models.domain import PENDING, REMOVING
from pvdifyd.operations import find, request
from pvdifyd.operations.domains import find as domains
from pvdifyd.operations.domains import queued

_NEVER_ADDED = {
    "code": "cancelled",
    "message": "It was to be taken away before it was added.",
    "next_step": "Add it again: `pvdify domains:add`.",
}


def request_remove(app_name: str, name: str, created_by: str) -> Operation:
    """The operation that takes the domain away. Asking again gives the same operation.

    Raises NotFoundError(app_not_found, domain_not_found), ConflictError(app_removing).
    """
    with atomic():
        app = find.app(app_name)
        request.refuse_if_removing(app)
        return remove(app, [domains.domain(app, name)], created_by)


def request_clear(app_name: str, created_by: str) -> Operation:
    """The operation that takes all the app's domains away; raises what `request_remove` raises."""
    with atomic():
        app = find.app(app_name)
        request.refuse_if_removing(app)
        rows = list(domains.of_app(app))
        if not rows:
            raise NotFoundError(f"{app_name} has no domains.", code="domain_not_found")
        return remove(app, rows, created_by)


def remove(app: App, rows: Sequence[Domain], created_by: str) -> Operation:
    """The same for several, inside a transaction."""
    names = [row.name for row in rows]
    changed = [mark_removing(row) for row in rows]
    on_its_way = None if any(changed) else queued.under_way(app, names)
    return on_its_way or queued.bring(app, names, created_by)


def mark_removing(row: Domain) -> bool:
    """Have the domain be on its way out, if it is not yet; whether it was not. Its reason stays, to tell what it was
    should the way out be cancelled."""
    if row.status == REMOVING:
        return False
    if row.status == PENDING:
        row.reason = _NEVER_ADDED
    row.status, row.updated_at = REMOVING, clock.now()
    row.save()
    return True

"""What becomes of domains whose operation was cancelled before it began, or whose app could not be removed."""

from __future__ import annotations

from pvdifyd import clock
from pvdifyd.models import Domain, Operation
from pvdifyd.models.domain import ACTIVE, FAILED, PENDING, REMOVING
from pvdifyd.models.operation import DESTROY, DOMAINS

_NOT_ADDED = {
    "code": "cancelled",
    "message": "Adding it was cancelled before it began.",
    "next_step": "Add it again: `pvdify domains:add`.",
}


def give_back(operation: Operation) -> None:
    """Those that were to be added were not, and those that were to go are what they were. In a transaction."""
    if operation.kind not in (DOMAINS, DESTROY) or operation.app_id is None:
        return
    rows = Domain.select().where(Domain.app == operation.app)
    if operation.kind == DOMAINS:
        rows = rows.where(Domain.name.in_(operation.arguments["domains"]))
    for row in rows:
        if row.status == PENDING:
            row.status, row.reason = FAILED, _NOT_ADDED
        elif row.status == REMOVING:
            row.status = FAILED if row.reason else ACTIVE
        else:
            continue
        row.updated_at = clock.now()
        row.save()

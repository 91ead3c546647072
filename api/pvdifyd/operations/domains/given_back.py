"""What becomes of domains whose operation was cancelled before it began, or whose app could not be removed; and of an
edge that was asked for in vain."""

from __future__ import annotations

from pvdifyd import clock
from pvdifyd.models import Domain, Operation
from pvdifyd.models.domain import ACTIVE, FAILED, PENDING, REMOVING
from pvdifyd.models.operation import DESTROY, DOMAINS, EDGE
from pvdifyd.operations.edge.take_over import forget

_NOT_ADDED = {
    "code": "cancelled",
    "message": "Adding it was cancelled before it began.",
    "next_step": "Add it again: `pvdify domains:add`.",
}

_NOT_REROUTED = {
    "code": "cancelled",
    "message": "Leading it to the port that the app's release took was cancelled: its requests may still go to the one "
    "before.",
    "next_step": "Add it again: `pvdify domains:add`.",
}


def give_back(operation: Operation) -> None:
    """Those that were to be added were not, those that were to go are what they were, and those that were to be led to
    another port are not. A host keeps the edge that it has. In a transaction."""
    if operation.kind == EDGE:
        forget(operation)
    if operation.kind not in (DOMAINS, DESTROY) or operation.app_id is None:
        return
    rows = Domain.select().where(Domain.app == operation.app)
    if operation.kind == DOMAINS:
        rows = rows.where(Domain.name.in_(operation.arguments["domains"]))
        if "port" in operation.arguments:
            # What is on its way is another operation's.
            active = [row.id for row in rows.where(Domain.status == ACTIVE)]
            kept = {"status": FAILED, "reason": _NOT_REROUTED, "updated_at": clock.now()}
            Domain.update(**kept).where(Domain.id.in_(active)).execute()
            return
    for row in rows:
        if row.status == PENDING:
            row.status, row.reason = FAILED, _NOT_ADDED
        elif row.status == REMOVING:
            row.status = FAILED if row.reason else ACTIVE
        else:
            continue
        row.updated_at = clock.now()
        row.save()

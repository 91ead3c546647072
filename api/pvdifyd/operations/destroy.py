"""Asking for an app to be removed from its host and from here."""

from __future__ import annotations

from pvdifyd import clock
from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import CANCELLED, DESTROY, OPEN, QUEUED
from pvdifyd.models.release import FAILED, PENDING
from pvdifyd.operations import events, find, request

REASON = {
    "code": "cancelled",
    "message": "The app was removed before this release's turn came.",
    "phase": None,
}


def request_destroy(name: str, created_by: str) -> Operation:
    """The operation that will remove the app; what was still queued for it is cancelled.

    Asking again gives the same operation. Raises NotFoundError(app_not_found).
    """
    with atomic():
        app = find.app(name)
        asked = Operation.get_or_none(
            (Operation.app == app) & (Operation.kind == DESTROY) & Operation.status.in_(OPEN)
        )
        if asked is not None:
            return asked
        cancel_queued(app)
        app.removing = True
        app.updated_at = clock.now()
        app.save()
        return request.queue(app, DESTROY, created_by)


def cancel_queued(app: App) -> None:
    """Cancel the app's operations that have not begun; their releases failed with that reason."""
    for operation in Operation.select().where((Operation.app == app) & (Operation.status == QUEUED)):
        operation.status = CANCELLED
        operation.finished_at = clock.now()
        operation.error = REASON
        operation.save()
        events.status(operation, REASON["message"])
    Release.update(status=FAILED, reason=REASON, finished_at=clock.now()).where(
        (Release.app == app) & (Release.status == PENDING)
    ).execute()

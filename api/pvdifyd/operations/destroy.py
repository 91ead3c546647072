"""Asking for an app to be removed from its host and from here."""

from __future__ import annotations

from pvdifyd import clock
from pvdifyd.models import App, Operation, atomic
from pvdifyd.models.operation import DESTROY, OPEN, QUEUED
from pvdifyd.operations import cancel, find, request
from pvdifyd.operations.domains import find as domains
from pvdifyd.operations.domains.remove import mark_removing

REASON = cancel.reason("The app was removed before its turn came.")


def request_destroy(name: str, created_by: str) -> Operation:
    """The operation that will remove the app, its domains first; what was still queued for it is cancelled.

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
        for domain in domains.of_app(app):
            mark_removing(domain)
        app.removing = True
        app.updated_at = clock.now()
        app.save()
        return request.queue(app, DESTROY, created_by)


def cancel_queued(app: App) -> None:
    """Cancel the app's operations that have not begun; their releases failed with that reason."""
    for operation in Operation.select().where((Operation.app == app) & (Operation.status == QUEUED)):
        cancel.cancel_at_once(operation, REASON)

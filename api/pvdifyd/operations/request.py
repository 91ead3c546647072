"""What every request for an operation shares: its row, its first event, and the app it is for."""

from __future__ import annotations

from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Operation
from pvdifyd.operations import events


def queue(app: App, kind: str, created_by: str, release_version: int | None = None) -> Operation:
    """A queued operation of the app, with its first event; to be called inside a transaction."""
    operation = Operation.create(
        kind=kind, app=app, app_name=app.name, release_version=release_version, created_by=created_by
    )
    events.status(operation)
    return operation


def refuse_if_removing(app: App) -> None:
    """Raises ConflictError(app_removing) when the app is on its way out."""
    if app.removing:
        raise ConflictError(
            f"{app.name} is being removed. Wait for that, then create it again: `pvdify apps:create`.",
            code="app_removing",
        )

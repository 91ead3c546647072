"""The slot's image: that of the newest release that came to serve, unless another one was declared after that was asked
for."""

from __future__ import annotations

from pvdifyd import clock
from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Operation, Release
from pvdifyd.models.operation import CONFIG, OPEN, RELEASING
from pvdifyd.operations import find


def was_declared(app: App) -> None:
    """The slot has another image now, which what is on its way is to leave. The row is for the caller to save."""
    newest = find.newest_release(app)
    app.image_since = newest.version if newest else None


def current_image(app: App) -> str:
    """The image that the slot will have once what is on its way has come; raises ConflictError(no_image)."""
    on_its_way = (Operation.app == app) & Operation.status.in_(OPEN) & Operation.kind.in_(RELEASING)
    for operation in Operation.select().where(on_its_way).order_by(Operation.id.desc()):
        if _becomes_the_slots(operation, app):
            return str(find.release_of(operation).image)
    if app.image is None:
        raise ConflictError(
            f"{app.name} has no image yet. Name one: `pvdify deploy {app.name} --image IMAGE`.",
            code="no_image",
        )
    return str(app.image)


def take_over_image(operation: Operation, release: Release) -> None:
    """The operation brought this release. To be called inside a transaction."""
    # The slot may have been changed while the operation ran.
    app = App.get_by_id(operation.app_id)
    if _becomes_the_slots(operation, app):
        App.update(image=release.image, updated_at=clock.now()).where(App.id == app.id).execute()


def _becomes_the_slots(operation: Operation, app: App) -> bool:
    """Whether the image of the operation's release is to be the slot's. What was declared meanwhile is for the next
    deploy, and neither for a deploy of before nor for a new config to undo."""
    if app.image is None:
        return True
    return operation.kind != CONFIG and int(operation.release_version or 0) > (app.image_since or 0)

"""Which config what is on its way brings, and whether the app's own is in force, or will be."""

from __future__ import annotations

from pvdifyd.models import App, Operation
from pvdifyd.models.operation import DEPLOY, OPEN, RELEASING
from pvdifyd.operations import find


def takes_config_of_now(operation: Operation) -> bool:
    """Whether its release runs the config that the app has at its turn, whatever that is by then."""
    return operation.kind == DEPLOY or "code_only" in (operation.arguments or {})


def is_in_force(app: App) -> bool:
    """Whether the app's config is that of what serves, or is brought by the last of what is on its way. True too where
    nothing serves, nor is on its way."""
    serving = find.active_release(app)
    if serving is not None and serving.config_version == app.config_version:
        return True
    on_its_way = (Operation.app == app) & Operation.status.in_(OPEN) & Operation.kind.in_(RELEASING)
    last = Operation.select().where(on_its_way).order_by(Operation.id.desc()).first()
    return serving is None if last is None else _brings(last, app.config_version)


def _brings(operation: Operation, version: int | None) -> bool:
    waits = operation.started_at is None
    return (waits and takes_config_of_now(operation)) or (
        find.release_of(operation).config_version == version
    )

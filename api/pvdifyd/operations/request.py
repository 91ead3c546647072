"""What every request for an operation shares: its row, its first event, and the app it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pvdifyd.errors import ConflictError, InvalidError, shown
from pvdifyd.log import context
from pvdifyd.models import App, Operation, Release
from pvdifyd.operations import events, find

# Tells of an app (None: there is none) whether it is what a change was made for.
Expected = Callable[[App | None], bool]


def queue(
    app: App | None,
    kind: str,
    created_by: str,
    release_version: int | None = None,
    arguments: dict[str, Any] | None = None,
) -> Operation:
    """A queued operation of the app (None: of a whole host), with its first event; to be called in a transaction."""
    operation = Operation.create(
        kind=kind,
        app=app,
        app_name=app.name if app else "",
        release_version=release_version,
        arguments=arguments,
        created_by=created_by,
        request_id=context.request_id(),
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


def refuse_if_unexpected(name: str, app: App | None, expected: Expected | None) -> None:
    """Raises ConflictError(precondition_failed) when the app is not what the change was made for."""
    if expected is None or expected(app):
        return
    now = "is not there" if app is None else "is not as it was when this change was made for it"
    raise ConflictError(
        f"{name} {now}. Look at it again (`pvdify apps:info {name}`), then change it.",
        code="precondition_failed",
    )


def serving_release(app: App) -> Release:
    """The release whose instances are to be changed; raises ConflictError(app_removing, not_deployed)."""
    refuse_if_removing(app)
    release = find.active_release(app)
    if release is None:
        raise ConflictError(
            f"No release of {app.name} serves yet. Deploy one: `pvdify deploy {app.name} --image IMAGE`.",
            code="not_deployed",
        )
    return release


def check_process(release: Release, field: str, process: str) -> None:
    """Raises InvalidError(known_process) when the release does not have the process type."""
    if process not in release.processes:
        raise InvalidError.field(
            field,
            process,
            "known_process",
            f"Release {release.version} has no process {shown(process)}: name one of "
            f"{', '.join(release.processes)}. One that was added since comes with the next deploy.",
        )

"""Writing down how an operation ended: operation, release and app in one transaction."""

from __future__ import annotations

from typing import Any

from pvdifyd import clock
from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import DESTROY, FAILED, SUCCEEDED
from pvdifyd.models.release import ACTIVE, SUPERSEDED
from pvdifyd.models.release import FAILED as RELEASE_FAILED
from pvdifyd.operations import events, find
from pvdifyd.worker.engine_face import Failure, Outcome

Reason = dict[str, Any]


def settle(operation: Operation, outcome: Outcome) -> None:
    """The operation ended with this outcome."""
    if outcome.ok:
        succeeded(operation, outcome.results)
    elif outcome.switched and operation.kind != DESTROY:
        failed_after_switch(operation, reason_of(outcome.failure), outcome.results)
    else:
        failed(operation, reason_of(outcome.failure), outcome.results)


def succeeded(operation: Operation, results: dict[str, dict[str, Any]]) -> None:
    """The release serves and the one before is superseded; a destroyed app's row goes."""
    with atomic():
        app = operation.app
        assert app is not None
        if operation.kind == DESTROY:
            app.delete_instance()
        else:
            _activate(app, operation, results)
        _close(operation, SUCCEEDED, None)


def failed_after_switch(operation: Operation, reason: Reason, results: dict[str, dict[str, Any]]) -> None:
    """The new release serves, and its row says so; retiring the old one failed, and so the operation."""
    with atomic():
        assert operation.app is not None
        _activate(operation.app, operation, results)
        _close(operation, FAILED, reason)


def failed(operation: Operation, reason: Reason, results: dict[str, dict[str, Any]] | None = None) -> None:
    """The release failed for this reason; what served before still does, and an app to remove stays."""
    with atomic():
        app = operation.app
        if app is not None and operation.kind == DESTROY:
            App.update(removing=False, updated_at=clock.now()).where(App.id == app.id).execute()
        elif app is not None:
            release = find.release_of(operation)
            release.reason = reason
            _finish_release(release, RELEASE_FAILED, results or {})
        _close(operation, FAILED, reason)


def reason_of(failure: Failure | None) -> Reason:
    """The failure as rows and API carry it."""
    if failure is None:
        return {"code": "engine_error", "message": "The run failed without saying why.", "phase": None}
    return {**failure.details, "code": failure.code, "message": failure.message, "phase": failure.phase}


def _activate(app: App, operation: Operation, results: dict[str, dict[str, Any]]) -> None:
    release = find.release_of(operation)
    served = (Release.app == app) & (Release.status == ACTIVE)
    Release.update(status=SUPERSEDED).where(served).execute()
    _finish_release(release, ACTIVE, results)
    App.update(image=release.image, updated_at=clock.now()).where(App.id == app.id).execute()


def _finish_release(release: Release, status: str, results: dict[str, dict[str, Any]]) -> None:
    pulled = results.get("pull", {})
    release.digest = pulled.get("digest") or release.digest
    release.container_port = pulled.get("container_port") or release.container_port
    release.status = status
    release.finished_at = clock.now()
    release.save()


def _close(operation: Operation, status: str, error: Reason | None) -> None:
    Operation.update(status=status, error=error, finished_at=clock.now()).where(
        Operation.id == operation.id
    ).execute()
    operation = Operation.get_by_id(operation.id)
    events.status(operation, (error and str(error["message"])) or None, {"error": error} if error else {})

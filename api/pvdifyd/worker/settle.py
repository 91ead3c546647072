"""Writing down how an operation ended: operation, release and app in one transaction."""

from __future__ import annotations

from typing import Any

from pvdifyd import clock
from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import CANCELLED, DESTROY, FAILED, RELEASING, SUCCEEDED
from pvdifyd.models.release import ACTIVE, SUPERSEDED
from pvdifyd.models.release import FAILED as RELEASE_FAILED
from pvdifyd.operations import cancel, events, find
from pvdifyd.operations.audit import record
from pvdifyd.operations.config.stored import take_over_config, with_way_out
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.slot_image import take_over_image
from pvdifyd.worker import domains
from pvdifyd.worker.change import Change
from pvdifyd.worker.engine_face import Outcome
from pvdifyd.worker.reason import Reason, reason_of

Results = dict[str, dict[str, Any]]


def settle(operation: Operation, change: Change, outcome: Outcome | None, taken_back: bool = False) -> str:
    """The operation ended with this outcome (None: nothing had to be run); `taken_back`: the outcome is that of taking
    back what was cancelled. The operation's status is given back."""
    if outcome is None:
        return succeeded(operation, change, {})
    reason = None if outcome.ok else reason_of(outcome.failure)
    if taken_back:
        return cancelled(operation) if reason is None else failed(operation, reason)
    if reason is None:
        return succeeded(operation, change, outcome.results)
    if outcome.switched and operation.kind != DESTROY:
        return failed_after_switch(operation, change, reason, outcome.results)
    return failed(operation, reason, outcome.results)


def succeeded(operation: Operation, change: Change, results: Results) -> str:
    """What was asked for is in force: the release serves, the app has its new formation or limits; a destroyed app's
    row goes."""
    with atomic():
        app = operation.app
        if app is not None and operation.kind == DESTROY:
            app.delete_instance()
        elif app is not None:
            _bring_into_force(app, operation, change, results)
        return _close(operation, SUCCEEDED, None)


def routed(operation: Operation, about: Touched, outcome: Outcome | None) -> str:
    """The operation brought domains: each of them has its own end, and one that failed makes the operation fail."""
    with atomic():
        reason = domains.take_over(operation, about, outcome)
        return _close(operation, SUCCEEDED if reason is None else FAILED, reason)


def domains_stay(operation: Operation, about: Touched, outcome: Outcome) -> str:
    """Not all domains of an app that was to be removed could be taken away: it stays, and they say why."""
    with atomic():
        reason = domains.take_over(operation, about, outcome)
        assert reason is not None
        return failed(operation, reason)


def failed_after_switch(operation: Operation, change: Change, reason: Reason, results: Results) -> str:
    """What was asked for is in force, and the rows say so; retiring what was before failed, and so the operation."""
    with atomic():
        assert operation.app is not None
        _bring_into_force(operation.app, operation, change, results)
        return _close(operation, FAILED, reason)


def failed(operation: Operation, reason: Reason, results: Results | None = None) -> str:
    """The release failed for this reason; what served before still does, and an app to remove stays."""
    with atomic():
        app = operation.app
        if app is not None and operation.kind == DESTROY:
            App.update(removing=False, updated_at=clock.now()).where(App.id == app.id).execute()
        reason = with_way_out(operation, reason)
        _fail_release(operation, reason, results or {})
        domains.fail_rest(operation, reason)
        return _close(operation, FAILED, reason)


def cancelled(operation: Operation, why: Reason = cancel.ASKED) -> str:
    """What had begun was taken back, as somebody asked, or nothing was begun."""
    with atomic():
        reason = with_way_out(operation, why)
        _fail_release(operation, reason, {})
        return _close(operation, CANCELLED, reason)


def _bring_into_force(app: App, operation: Operation, change: Change, results: Results) -> None:
    _take_over(app, operation, change)
    if operation.kind in RELEASING:
        release = find.release_of(operation)
        served = (Release.app == app) & (Release.status == ACTIVE)
        Release.update(status=SUPERSEDED).where(served).execute()
        _finish_release(release, ACTIVE, results)
        take_over_image(operation, release)
        take_over_config(operation, release)


def _take_over(app: App, operation: Operation, change: Change) -> None:
    if change == Change():
        return
    # The slot may have been changed while the operation ran.
    app = App.get_by_id(app.id)
    if change.formation is not None:
        app.formation = dict(change.formation.counts)
        app.stopped = sorted(change.formation.stopped)
    if change.bound_port not in (None, app.bound_port):
        app.bound_port = change.bound_port
        domains.reroute(app, change.bound_port, operation.created_by)
    if change.resources is not None:
        app.resources = change.resources
    app.processes = {
        name: {**process, "count": change.slot_counts.get(name, process["count"])}
        for name, process in app.processes.items()
    }
    app.updated_at = clock.now()
    app.save()


def _fail_release(operation: Operation, reason: Reason, results: Results) -> None:
    if operation.app is not None and operation.kind in RELEASING:
        release = find.release_of(operation)
        release.reason = reason
        _finish_release(release, RELEASE_FAILED, results)


def _finish_release(release: Release, status: str, results: Results) -> None:
    pulled = results.get("pull", {})
    release.digest = pulled.get("digest") or release.digest
    release.container_port = pulled.get("container_port") or release.container_port
    release.status = status
    release.finished_at = clock.now()
    release.save()


def _close(operation: Operation, status: str, error: Reason | None) -> str:
    Operation.update(status=status, error=error, finished_at=clock.now()).where(
        Operation.id == operation.id
    ).execute()
    operation = Operation.get_by_id(operation.id)
    events.status(operation, (error and str(error["message"])) or None, {"error": error} if error else {})
    record.operation_ended(operation)
    return status

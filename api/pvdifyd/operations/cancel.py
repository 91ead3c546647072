"""Asking for an operation to be cancelled: at once while it waits, else by the worker that runs it."""

from __future__ import annotations

from typing import Any

from pvdifyd import clock
from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import (
    CANCELLED,
    DESTROY,
    OPEN,
    QUEUED,
    RELEASING,
    RESTART,
    SCALE,
    START,
    STOP,
)
from pvdifyd.models.release import FAILED, PENDING
from pvdifyd.operations import events, find
from pvdifyd.operations.audit import record
from pvdifyd.operations.config.stored import with_way_out
from pvdifyd.operations.domains.given_back import give_back

# The kinds that can be taken back after they have begun.
TAKEN_BACK = (*RELEASING, SCALE, STOP, START, RESTART)

# From these phases on requests go to what is new: what was asked for is brought to its end.
POINTS_OF_NO_RETURN = ("switch", "retire")


def reason(message: str) -> dict[str, Any]:
    """Why a cancelled operation ended, and its release failed."""
    return {"code": "cancelled", "message": message, "phase": None}


ASKED = reason("It was cancelled on request.")


def request_cancel(number: int, asked_by: str) -> Operation:
    """The operation, cancelled or about to be. Asking again changes nothing.

    An operation that runs is cancelled by its worker, unless its switch has begun by then; an event tells.
    Raises NotFoundError(operation_not_found), ConflictError(operation_ended, not_cancellable).
    """
    with atomic():
        operation = find.operation(number)
        if operation.status == CANCELLED or (operation.cancel_requested and operation.status in OPEN):
            return operation
        if operation.status not in OPEN:
            raise ConflictError(
                f"Operation {number} has ended: it {operation.status}. See `pvdify operations:info {number}`.",
                code="operation_ended",
            )
        operation.cancel_requested = True
        # What an ended worker left is queued too, and there is something on the host to take back.
        if operation.status == QUEUED and operation.started_at is None:
            cancel_at_once(operation, with_way_out(operation, ASKED))
            if operation.kind == DESTROY:
                App.update(removing=False).where(App.id == operation.app_id).execute()
            return operation
        if operation.kind not in TAKEN_BACK:
            raise ConflictError(
                f"Operation {number} ({operation.kind}) can't be cancelled once it has begun. Let it end.",
                code="not_cancellable",
            )
        if switch_has_begun(operation):
            raise ConflictError(
                f"Operation {number} can't be cancelled any more: its switch has begun. Let it end, then go back to "
                f"what was: `pvdify rollback {operation.app_name}` after a release.",
                code="not_cancellable",
            )
        operation.save()
        events.note(operation, f"{asked_by} asked to cancel it.")
        return operation


def switch_has_begun(operation: Operation) -> bool:
    """Whether the operation has come to where there is no way back, in this attempt or an earlier one."""
    return any(events.phase_began(operation, phase) for phase in POINTS_OF_NO_RETURN)


def cancel_at_once(operation: Operation, why: dict[str, Any]) -> None:
    """Close an operation that has not begun; its release failed for this reason. Inside a transaction."""
    operation.status = CANCELLED
    operation.finished_at = clock.now()
    operation.error = why
    operation.save()
    events.status(operation, str(why["message"]), {"error": why})
    record.operation_ended(operation)
    Release.update(status=FAILED, reason=why, finished_at=clock.now()).where(
        (Release.app == operation.app)
        & (Release.version == operation.release_version)
        & (Release.status == PENDING)
    ).execute()
    give_back(operation)

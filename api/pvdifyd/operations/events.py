"""Writing and reading the events of an operation."""

from __future__ import annotations

from typing import Any

from pvdifyd.models import Event, Operation, connected
from pvdifyd.models.event import NOTE, PHASE, STATUS

_MESSAGES = {
    "queued": "Queued.",
    "running": "Running.",
    "succeeded": "Succeeded.",
    "failed": "Failed.",
    "cancelled": "Cancelled.",
}


def status(operation: Operation, message: str | None = None, data: dict[str, Any] | None = None) -> Event:
    """The operation came to its present status."""
    return Event.create(
        operation=operation,
        type=STATUS,
        status=operation.status,
        message=message or _MESSAGES[operation.status],
        data=data or {},
    )


def phase(
    operation: Operation, name: str, state: str, message: str, seconds: float | None, data: dict[str, Any]
) -> Event:
    """A phase started, is done (ok) or failed."""
    return Event.create(
        operation=operation,
        type=PHASE,
        phase=name,
        status=state,
        message=message,
        seconds=seconds,
        data=data,
    )


def note(operation: Operation, message: str, data: dict[str, Any] | None = None) -> Event:
    """Something worth knowing."""
    return Event.create(operation=operation, type=NOTE, message=message, data=data or {})


def phase_began(operation: Operation, name: str) -> bool:
    """Whether the operation has come to this phase, in this attempt or an earlier one."""
    began = (Event.operation == operation) & (Event.type == PHASE) & (Event.phase == name)
    return bool(Event.select().where(began).exists())


def phases(operation: Operation, state: str) -> set[str]:
    """The phases of the operation that came to this state (started, ok, failed), in this attempt or an earlier one."""
    came = (Event.operation == operation) & (Event.type == PHASE) & (Event.status == state)
    return {str(row.phase) for row in Event.select(Event.phase).where(came)}


def after(operation_id: int, event_id: int) -> list[Event]:
    """The operation's events that are newer than the one named, oldest first."""
    connected()
    return list(
        Event.select().where((Event.operation == operation_id) & (Event.id > event_id)).order_by(Event.id)
    )

"""What an ended worker left running is queued again: every playbook can be repeated."""

from __future__ import annotations

import logging

from pvdifyd.models import Operation, Release, atomic
from pvdifyd.models.operation import QUEUED, RUNNING
from pvdifyd.models.release import PENDING
from pvdifyd.operations import events
from pvdifyd.worker import settle

# An operation that ends its worker each time must not keep the others from being run.
ATTEMPT_LIMIT = 5

_GIVEN_UP = {
    "code": "worker_died",
    "message": f"The worker ended {ATTEMPT_LIMIT} times in the middle of this operation.",
    "phase": None,
    "next_step": "Look at the worker's log and at the machine's memory, then ask for the operation again.",
}

logger = logging.getLogger(__name__)


def recover() -> None:
    """To be called by the one worker before it takes anything."""
    with atomic():
        for operation in Operation.select().where(Operation.status == RUNNING):
            if not run_again(operation, "The worker ended meanwhile; the operation begins again."):
                settle.failed(operation, _GIVEN_UP)


def run_again(operation: Operation, why: str) -> bool:
    """Queue a running operation again and tell why; False when it has been tried often enough."""
    if operation.attempt >= ATTEMPT_LIMIT:
        return False
    logger.warning("operation %d is queued again: %s", operation.id, why)
    operation.status = QUEUED
    operation.attempt += 1
    operation.save()
    Release.update(status=PENDING).where(
        (Release.app == operation.app) & (Release.version == operation.release_version)
    ).execute()
    events.note(operation, why)
    return True

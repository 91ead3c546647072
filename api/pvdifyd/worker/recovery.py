"""What an ended worker, or a run that was cut off, left behind is queued again: every playbook can be repeated."""

from __future__ import annotations

import logging

from pvdifyd.log import context
from pvdifyd.models import Operation, Release, atomic
from pvdifyd.models.operation import QUEUED, RUNNING
from pvdifyd.models.release import PENDING
from pvdifyd.operations import events
from pvdifyd.worker import settle
from pvdifyd.worker.engine_face import Outcome

# An operation that ends its worker each time must not keep the others from being run.
ATTEMPT_LIMIT = 5

# Seconds before an operation whose Ansible ended without a result is run again; each time twice as long.
ENGINE_PAUSE = 0.5

# Seconds before one that lost its host is: a host needs a moment to come back. So much longer each time.
HOST_PAUSE = 3.0

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
            with context.of_operation(operation.id, operation.request_id):
                if not run_again(operation, "The worker ended meanwhile; the operation begins again."):
                    settle.failed(operation, _GIVEN_UP)


def pause_before_next(operation: Operation, outcome: Outcome, begun: bool) -> float | None:
    """Seconds until the operation is run again, or None where its outcome stands.

    A host that could not be reached at all has nothing to mend, unless something was `begun` there before. A run that
    failed is over, unless its rescue was cut off: then it begins, and fails, and takes back again.
    """
    failure = outcome.cut_off or outcome.failure
    if failure is None or operation.attempt >= ATTEMPT_LIMIT:
        return None
    if failure.code == "engine_failed":
        return float(ENGINE_PAUSE * 2 ** (operation.attempt - 1))
    to_mend = outcome.interrupted or begun or operation.attempt > 1
    lost = failure.code == "host_going_down" or (failure.code == "host_unreachable" and to_mend)
    return HOST_PAUSE * operation.attempt if lost or outcome.cut_off else None


def run_again(operation: Operation, why: str) -> bool:
    """Queue a running operation again and tell why; False when it has been tried often enough."""
    if operation.attempt >= ATTEMPT_LIMIT:
        return False
    logger.warning("operation %d is queued again: %s", operation.id, why)
    # Not the whole row: somebody may have asked meanwhile for it to be cancelled.
    Operation.update(status=QUEUED, attempt=Operation.attempt + 1).where(
        Operation.id == operation.id
    ).execute()
    if operation.release_version is not None:
        Release.update(status=PENDING).where(
            (Release.app == operation.app) & (Release.version == operation.release_version)
        ).execute()
    events.note(operation, why)
    return True

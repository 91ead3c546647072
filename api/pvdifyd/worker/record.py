"""What a run tells becomes rows while it goes on."""

from __future__ import annotations

import logging

from peewee import PeeweeException

from pvdifyd.models import Operation, Release, connected
from pvdifyd.operations import events
from pvdifyd.worker.engine_face import PhaseEvent

# What a host encrypted anew: megabytes, for the rows of the secrets alone.
_NOT_TOLD = ("documents",)

logger = logging.getLogger(__name__)


def record(operation: Operation, event: PhaseEvent) -> None:
    """Write the event down. Never raises: what happens on the host matters more than its telling."""
    # The engine may call from a thread of its own.
    try:
        connected()
        told = {key: value for key, value in event.data.items() if key not in _NOT_TOLD}
        events.phase(operation, event.phase, event.status, event.message, event.seconds, told)
        if event.phase == "pull" and event.data.get("digest"):
            _keep_digest(operation, event.data["digest"])
    except PeeweeException:
        logger.exception("operation %d: an event of %s was lost", operation.id, event.phase)


def _keep_digest(operation: Operation, digest: str) -> None:
    # Once resolved, a release means one image: a run that is repeated does not ask for the tag again.
    Release.update(digest=digest).where(
        (Release.app == operation.app)
        & (Release.version == operation.release_version)
        & Release.digest.is_null()
    ).execute()

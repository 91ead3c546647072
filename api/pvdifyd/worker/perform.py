"""Running one operation, from its claim to its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peewee import PeeweeException

from pvdifyd import inventory
from pvdifyd.models import App, Operation, Release, atomic, connected
from pvdifyd.models.operation import DEPLOY, DESTROY, ROLLBACK
from pvdifyd.operations import events, find
from pvdifyd.settings import Settings
from pvdifyd.worker import settle
from pvdifyd.worker.claim import claim
from pvdifyd.worker.engine_face import Engine, Outcome, PhaseEvent
from pvdifyd.worker.recovery import run_again

PLAYBOOKS = {DEPLOY: "deploy", ROLLBACK: "deploy", DESTROY: "remove"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Performer:
    """Runs operations through an engine; `announce` tells of an operation whose turn has come."""

    settings: Settings
    engine: Engine
    control_directory: Path
    announce: Callable[[], None]
    # Seconds before a run that lost its host is tried again; twice as long the next time, and so on.
    retry_delay: float = 3.0

    def perform(self, operation_id: int) -> None:
        """Run the operation if it is its turn; its rows say how it ended."""
        connected()
        operation = claim(operation_id)
        if operation is None:
            return
        logger.info("operation %d: %s %s begins", operation.id, operation.kind, operation.app_name)
        try:
            outcome = self._run(operation)
        except Exception:
            logger.exception("operation %d broke", operation.id)
            settle.failed(operation, _BROKEN)
        else:
            # Should this fail, the operation stays "running", and the worker's next start repeats it.
            if not (outcome.interrupted and self._again(operation, outcome)):
                settle.settle(operation, outcome)
            logger.info("operation %d: %s", operation.id, "succeeded" if outcome.ok else "failed")
        self.announce()

    def _run(self, operation: Operation) -> Outcome:
        app = operation.app
        assert app is not None
        return self.engine.run(
            PLAYBOOKS[operation.kind],
            self._document(operation, app),
            app=app.name,
            control_directory=self.control_directory,
            on_event=lambda event: _record(operation, event),
        )

    def _again(self, operation: Operation, outcome: Outcome) -> bool:
        """Whether an operation that lost its host in the middle is queued for another try: left alone, the host would
        be neither in the old release nor in the new one."""
        time.sleep(self.retry_delay * operation.attempt)
        said = outcome.failure.message if outcome.failure else "The run was cut off."
        with atomic():
            return run_again(operation, f"{said} The operation begins again.")

    def _document(self, operation: Operation, app: App) -> dict[str, Any]:
        if operation.kind == DESTROY:
            return inventory.removal_document(app, self.settings)
        release = find.release_of(operation)
        return inventory.release_document(app, release, self.settings)


_BROKEN = {
    "code": "worker_error",
    "message": "The worker met an error of its own; its log says which.",
    "phase": None,
    "next_step": "Ask for the operation again. If it fails again, report it with the worker's log.",
}


def _record(operation: Operation, event: PhaseEvent) -> None:
    # The engine may call from a thread of its own. What happens on the host matters more than its telling.
    try:
        connected()
        events.phase(operation, event.phase, event.status, event.message, event.seconds, event.data)
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

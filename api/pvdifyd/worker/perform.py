"""Running one operation, from its claim to its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pvdifyd.inventory import Document
from pvdifyd.log import context
from pvdifyd.models import Operation, atomic, connected
from pvdifyd.models.operation import ROTATE, ROUTING
from pvdifyd.operations import cancel, events
from pvdifyd.settings import Settings
from pvdifyd.worker import domains, recovery, settle
from pvdifyd.worker.cancelling import CancelWatch
from pvdifyd.worker.change import Plan
from pvdifyd.worker.claim import claim
from pvdifyd.worker.engine_face import Engine, Outcome, PhaseEvent
from pvdifyd.worker.plan import plan_of
from pvdifyd.worker.record import record
from pvdifyd.worker.rotation import new_recipient, rotate

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """How the runs of an operation ended; outcome: the last one's, None where nothing had to be run; taken_back:
    it was the one that takes back what was cancelled; begun: the host is in the middle of something, whatever the
    outcome says; domains_stay: the app's domains, which were to go first, did not."""

    plan: Plan
    outcome: Outcome | None
    taken_back: bool = False
    begun: bool = False
    domains_stay: bool = False


@dataclass(frozen=True)
class Performer:
    """Runs operations through an engine; `announce` tells of an operation whose turn has come."""

    settings: Settings
    engine: Engine
    control_directory: Path
    announce: Callable[[], None]
    # Multiplies the pauses before a run that was cut off is tried again.
    patience: float = 1.0

    def perform(self, operation_id: int) -> None:
        """Run the operation if it is its turn; its rows say how it ended."""
        connected()
        operation = claim(operation_id)
        if operation is None:
            return
        with context.of_operation(operation.id, operation.request_id):
            self._perform(operation)
        self.announce()

    def _perform(self, operation: Operation) -> None:
        logger.info("operation %d: %s %s begins", operation.id, operation.kind, operation.app_name)
        try:
            ended = self._run(operation)
        except Exception:
            logger.exception("operation %d broke", operation.id)
            settle.failed(operation, _BROKEN)
        else:
            # Should this fail, the operation stays "running", and the worker's next start repeats it.
            self._settle(operation, ended)

    def _run(self, operation: Operation) -> Ended:
        if operation.kind == ROTATE:
            outcome = rotate(operation, partial(self._play, operation))
            return Ended(Plan(None, {}), outcome, begun=new_recipient(operation) is not None)
        plan = plan_of(operation, self.settings)
        if plan.note is not None:
            events.note(operation, plan.note)
        if plan.refused is not None:
            return Ended(plan, plan.refused, domains_stay=True)
        if plan.before is not None:
            stopped = self._first(operation, plan, plan.before)
            if stopped is not None:
                return stopped
        if plan.playbook is None:
            return Ended(plan, None)
        watch = CancelWatch(operation)
        # An earlier worker may have died while it cancelled: what it began is not begun again.
        if plan.undo is None or not watch.cancelled():
            outcome = self._play(operation, plan.playbook, plan.document, watch)
            if not outcome.cancelled:
                watch.ended()
                return Ended(plan, outcome, begun=plan.before is not None)
        return self._take_back(operation, plan)

    def _first(self, operation: Operation, plan: Plan, before: tuple[str, Document]) -> Ended | None:
        """Take the domains away of an app that is to go; how the operation ended where that did not go well."""
        outcome = self._play(operation, *before)
        if domains.judged(operation, plan.touched, outcome).reason is not None:
            return Ended(plan, outcome, domains_stay=True)
        with atomic():
            domains.take_over(operation, plan.touched, outcome)
        return None

    def _take_back(self, operation: Operation, plan: Plan) -> Ended:
        assert plan.playbook is not None
        assert plan.undo is not None
        events.note(operation, "Cancelling: what was begun is taken back.")
        outcome = self._play(operation, *plan.undo)
        if not (outcome.ok and outcome.results.get("discard", {}).get("stays")):
            return Ended(plan, outcome, taken_back=True)
        events.note(operation, "Too late to cancel: the release serves already, and the operation goes on.")
        return Ended(plan, self._play(operation, plan.playbook, plan.document))

    def _play(
        self, operation: Operation, playbook: str, document: Document, watch: CancelWatch | None = None
    ) -> Outcome:
        def on_event(event: PhaseEvent) -> None:
            if watch is not None:
                watch.see(event)
            record(operation, event)

        return self.engine.run(
            playbook,
            document,
            # A playbook on a whole host knows no app.
            app=operation.app_name if operation.app_name in document["apps"] else None,
            control_directory=self.control_directory,
            on_event=on_event,
            cancelled=watch.cancelled if watch is not None else _never,
        )

    def _settle(self, operation: Operation, ended: Ended) -> None:
        if ended.plan.pointless is not None:
            settle.cancelled(operation, cancel.reason(ended.plan.pointless))
            return
        begun = ended.taken_back or ended.begun
        if ended.outcome is not None and self._again(operation, ended.outcome, begun):
            return
        if operation.kind in ROUTING:
            status = settle.routed(operation, ended.plan.touched, ended.outcome)
        elif ended.domains_stay and ended.outcome is not None:
            status = settle.domains_stay(operation, ended.plan.touched, ended.outcome)
        else:
            status = settle.settle(operation, ended.plan.change, ended.outcome, ended.taken_back)
        logger.info("operation %d: %s", operation.id, status)

    def _again(self, operation: Operation, outcome: Outcome, begun: bool) -> bool:
        """Whether an operation that was cut off in the middle is queued for another try: left alone, the host would be
        neither in the old release nor in the new one."""
        pause = recovery.pause_before_next(operation, outcome, begun)
        if pause is None:
            return False
        time.sleep(pause * self.patience)
        why = outcome.cut_off or outcome.failure
        said = why.message if why else "The run was cut off."
        with atomic():
            return recovery.run_again(operation, f"{said} The operation begins again.")


_BROKEN = {
    "code": "worker_error",
    "message": "The worker met an error of its own; its log says which.",
    "phase": None,
    "next_step": "Ask for the operation again. If it fails again, report it with the worker's log.",
}


def _never() -> bool:
    return False

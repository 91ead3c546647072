"""Whether a running operation shall be cancelled: it was asked for, and the switch has not begun."""

from __future__ import annotations

import logging

from peewee import PeeweeException

from pvdifyd.models import Operation, connected
from pvdifyd.operations import events
from pvdifyd.operations.cancel import POINTS_OF_NO_RETURN, switch_has_begun
from pvdifyd.worker.engine_face import PhaseEvent

_SWITCHING = "Too late to cancel: the switch has begun, and the operation goes on."
_ENDED = "Too late to cancel: the operation has ended."

logger = logging.getLogger(__name__)


class CancelWatch:
    """Follows one operation from its claim to its end, over the workers it may have had."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._switching = switch_has_begun(operation)
        self._told = False

    def see(self, event: PhaseEvent) -> None:
        """Take note of what the run has come to."""
        self._switching = self._switching or event.phase in POINTS_OF_NO_RETURN

    def cancelled(self) -> bool:
        """Whether to cancel now; that it is too late is told once. Never raises: an engine asks in mid-run."""
        try:
            if not self._asked():
                return False
            if self._switching:
                self._tell(_SWITCHING)
            return not self._switching
        except PeeweeException:
            logger.exception("operation %d: its row can't be read", self._operation.id)
            return False

    def ended(self) -> None:
        """The run ended uncancelled: whoever asked since is told."""
        if self._asked():
            self._tell(_SWITCHING if self._switching else _ENDED)

    def _asked(self) -> bool:
        connected()
        row = Operation.select(Operation.cancel_requested).where(Operation.id == self._operation.id).first()
        return row is not None and row.cancel_requested

    def _tell(self, message: str) -> None:
        if not self._told:
            self._told = True
            events.note(self._operation, message)

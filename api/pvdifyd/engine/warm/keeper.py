"""Keeping an Ansible warm: another one is started where it has died."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from .handle import WarmAnsible

# Seconds from one start to the next at the earliest: one that dies at once each time is not worth its start.
PAUSE = 60.0

logger = logging.getLogger(__name__)


class Keeper:
    """Keeps one of a control directory warm, for runs of any thread."""

    def __init__(self, control_directory: Path) -> None:
        self._control_directory = control_directory
        self._lock = threading.Lock()
        self._started = time.monotonic()
        # The last is in use. What still runs of one that died has its files in that one's folder.
        self._all = [WarmAnsible.start(control_directory)]

    @property
    def warm(self) -> WarmAnsible:
        """The one that is kept now."""
        return self._all[-1]

    def programs(self) -> Path | None:
        """What a run puts first on its PATH; None where it is to be a cold one."""
        with self._lock:
            if self.warm.died and time.monotonic() - self._started >= PAUSE:
                self._start_another()
            return self.warm.programs if self.warm.ready else None

    def stop(self) -> None:
        """End it, and remove what those that died have left."""
        with self._lock:
            for warm in self._all:
                warm.stop()

    def _start_another(self) -> None:
        self._started = time.monotonic()
        logger.warning("the warm Ansible (process %d) has died; another one is started", self.warm.pid)
        try:
            self._all.append(WarmAnsible.start(self._control_directory))
        except OSError as error:
            logger.warning("no warm Ansible could be started, and runs are cold: %s", error)

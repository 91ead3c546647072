"""`pvdifyd` alone: the API and the worker as two children; one that dies is started again, without the other."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from types import FrameType

# Seconds between two looks at the children.
INTERVAL = 0.1

# Seconds before a child that died is started again: each time it dies soon after its start twice as long, up to the
# longest.
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0

# Seconds within which a death counts as one soon after the start, and how many of those in a row are enough.
SOON = 10.0
ENOUGH = 5

# Names the pipe that ends when the supervisor does.
PIPE_VARIABLE = "PVDIFYD_SUPERVISOR_PIPE"

logger = logging.getLogger(__name__)


def end_with_supervisor() -> None:
    """In a child: end as by SIGTERM when the supervisor is gone, however it went."""
    pipe = os.environ.pop(PIPE_VARIABLE, None)
    if pipe is not None:
        threading.Thread(target=_wait_for_end, args=(int(pipe),), name="supervisor", daemon=True).start()


def _wait_for_end(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)


@dataclass
class Patience:
    """How often, and after what pause, a child is started again. Times are those of a monotonic clock, in seconds."""

    quick_deaths: int = 0

    def died(self, lived: float) -> float | None:
        """The pause before the next start, or None where the child has died too often soon after its start."""
        self.quick_deaths = self.quick_deaths + 1 if lived < SOON else 0
        if self.quick_deaths >= ENOUGH:
            return None
        return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** max(0, self.quick_deaths - 1))


class Child:
    """One of the daemon's processes, started as `pvdifyd COMMAND`, and again when it dies."""

    def __init__(self, command: str, pipe: int) -> None:
        self.command = command
        self._pipe = pipe
        self._patience = Patience()
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._next_start = 0.0

    def look(self) -> bool:
        """Start it where it is time to; False when it is given up."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._next_start:
                self._start(now)
            return True
        if self._process.poll() is None:
            return True
        pause = self._patience.died(now - self._started)
        if pause is None:
            logger.error("`pvdifyd %s` ended with %d, %s", self.command, self._process.returncode, _GIVEN_UP)
            return False
        logger.error(
            "`pvdifyd %s` ended with %d; it is started again", self.command, self._process.returncode
        )
        self._process, self._next_start = None, now + pause
        return True

    def _start(self, now: float) -> None:
        # -P: modules come from the installation, never from the working directory.
        # A session of its own: Ctrl-C reaches a child through us alone, and so once.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pvdifyd", self.command],
            start_new_session=True,
            env={**os.environ, PIPE_VARIABLE: str(self._pipe)},
            pass_fds=[self._pipe],
        )
        self._started = now

    def terminate(self) -> None:
        """Ask it to end, where it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self) -> int:
        """Its exit code once it has ended; 0 where it does not run."""
        return self._process.wait() if self._process is not None else 0


_GIVEN_UP = f"for the {ENOUGH}th time soon after its start; stopping the rest"


class Supervisor:
    """Keeps the children running, forwards SIGTERM and SIGINT to them, and ends when they were asked to, or when one
    can't be kept running."""

    def __init__(self, commands: tuple[str, ...] = ("work", "serve")) -> None:
        self._commands = commands
        self._children: list[Child] = []
        self._asked_to_stop = False

    def run(self) -> int:
        """Run until all have ended; the exit code: 0 when that was asked for and all ended well."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._on_signal)
        pipe, held = os.pipe()
        self._children = [Child(command, pipe) for command in self._commands]
        while not self._asked_to_stop and all(child.look() for child in self._children):
            time.sleep(INTERVAL)
        # A signal may have come between a child's start and our knowing of it.
        self._stop_children()
        codes = [child.wait() for child in self._children]
        os.close(held)
        os.close(pipe)
        return 0 if self._asked_to_stop and not any(codes) else 1

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True
        self._stop_children()

    def _stop_children(self) -> None:
        for child in self._children:
            child.terminate()

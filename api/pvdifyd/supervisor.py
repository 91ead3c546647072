"""`pvdifyd` alone: the API and the worker as two children that live and end together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

# Seconds between two looks at the children.
INTERVAL = 0.2

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


class Supervisor:
    """Starts the children, forwards SIGTERM and SIGINT to them, and ends when either ends."""

    def __init__(self, commands: tuple[str, ...] = ("work", "serve")) -> None:
        self._commands = commands
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = False

    def run(self) -> int:
        """Run until both have ended; the exit code: 0 when that was asked for and both ended well."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._on_signal)
        pipe, held = os.pipe()
        for command in self._commands:
            # -P: modules come from the installation, never from the working directory.
            # A group of its own: Ctrl-C reaches a child through us alone, and so once.
            self._children[command] = subprocess.Popen(
                [sys.executable, "-P", "-m", "pvdifyd", command],
                start_new_session=True,
                env={**os.environ, PIPE_VARIABLE: str(pipe)},
                pass_fds=[pipe],
            )
            if self._asked_to_stop:
                break
        while not self._ended():
            time.sleep(INTERVAL)
        self._stop_children()
        codes = [child.wait() for child in self._children.values()]
        os.close(held)
        os.close(pipe)
        return 0 if self._asked_to_stop and not any(codes) else 1

    def _ended(self) -> bool:
        for command, child in self._children.items():
            if child.poll() is not None:
                if not self._asked_to_stop:
                    logger.error("`pvdifyd %s` ended with %d; stopping the rest", command, child.returncode)
                return True
        return False

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True
        self._stop_children()

    def _stop_children(self) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()

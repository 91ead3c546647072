"""A step ends with the run that asked for it.

A worker or a playbook that is killed leaves the step's process alone on the host, where it would keep the app locked
until its last wait is over. Nothing is lost by ending it: every step can be cut off anywhere, and is safe to repeat.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import stat
import threading

_OUTPUT = 1


def end_with_caller() -> None:
    """End this process as soon as nobody reads its standard output any more; nothing happens where that is a file or
    a terminal, which can't go away so."""
    kind = os.fstat(_OUTPUT).st_mode
    if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
        # A group of its own, so that what it has started ends with it: a pull would go on behind everybody's back.
        with contextlib.suppress(PermissionError):  # it leads one already
            os.setpgid(0, 0)
        threading.Thread(target=_wait_for_end, name="caller", daemon=True).start()


def _wait_for_end() -> None:
    watched = select.poll()
    watched.register(_OUTPUT, 0)  # errors and hang-ups are always told
    while not any(told & (select.POLLERR | select.POLLHUP) for _, told in watched.poll()):
        pass
    os.killpg(0, signal.SIGKILL)

"""A step ends with the run that asked for it.

A worker or a playbook that is killed leaves the step's process alone on the host, where it would keep the app locked
until its last wait is over. Nothing is lost by ending it: every step can be cut off anywhere, and is safe to repeat.
"""

from __future__ import annotations

import os
import select
import stat
import threading

_OUTPUT = 1
_CALLER_GONE = 75


def end_with_caller() -> None:
    """End this process as soon as nobody reads its standard output any more; nothing happens where that is a file or
    a terminal, which can't go away so."""
    kind = os.fstat(_OUTPUT).st_mode
    if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
        threading.Thread(target=_wait_for_end, name="caller", daemon=True).start()


def _wait_for_end() -> None:
    watched = select.poll()
    watched.register(_OUTPUT, 0)  # errors and hang-ups are always told
    while not any(told & (select.POLLERR | select.POLLHUP) for _, told in watched.poll()):
        pass
    os._exit(_CALLER_GONE)

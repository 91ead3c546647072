"""Says on a terminal what is waited for, when an answer takes longer than a moment."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from pvdify.display.terminal import is_terminal, standard_output

# Longer than most answers take, and shorter than it takes a person to doubt that anything happens.
_PATIENCE_SECONDS = 0.4

_ERASE_LINE = "\r\x1b[2K"

_drawn_elsewhere: ContextVar[bool] = ContextVar("_drawn_elsewhere", default=False)


@contextmanager
def waiting_for(what: str) -> Iterator[None]:
    """Show `Waiting for what` while the block lasts, once it has lasted a moment; nothing of it stays.

    It is drawn on standard error, and only where that and standard output are a terminal: what is read by a program,
    or by a pager, has nothing of it.
    """
    if _drawn_elsewhere.get() or not (is_terminal(standard_output()) and is_terminal(sys.stderr)):
        yield
        return
    notice = _Notice(what)
    notice.start()
    try:
        yield
    finally:
        notice.end()


@contextmanager
def drawn_elsewhere() -> Iterator[None]:
    """Show nothing while the block lasts: something else on the screen tells that it goes on."""
    token = _drawn_elsewhere.set(True)
    try:
        yield
    finally:
        _drawn_elsewhere.reset(token)


class _Notice(threading.Thread):
    """One line that counts the seconds, written by a thread of its own, since whoever waits does nothing else.

    Not rich's: to import that can take as long as all of the waiting.
    """

    def __init__(self, what: str) -> None:
        super().__init__(daemon=True)
        self._what = what
        self._ended = threading.Event()
        self._begun = time.monotonic()

    def run(self) -> None:
        pause = _PATIENCE_SECONDS
        while not self._ended.wait(pause):
            seconds = time.monotonic() - self._begun
            self._write(f"{_ERASE_LINE}{self._fitted(f'Waiting for {self._what} … {seconds:.0f} s')}")
            pause = 1.0

    def end(self) -> None:
        self._ended.set()
        self.join()
        if time.monotonic() - self._begun >= _PATIENCE_SECONDS:
            self._write(_ERASE_LINE)

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # A help, and no reason to end.
            sys.stderr.write(text)
            sys.stderr.flush()

    def _fitted(self, text: str) -> str:
        """A line that is broken into two could not be erased."""
        try:
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
        except (OSError, ValueError):
            return text
        return text[: max(columns - 1, 1)]

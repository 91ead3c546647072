"""What a signal handler may do."""

from __future__ import annotations

import _thread
import threading


def set_from_handler(event: threading.Event) -> None:
    """Set an event, from inside a signal handler.

    ``Event.set`` itself could wait there for ever: what the signal has interrupted may hold the event's lock, and where
    two signals come at once that may be ``Event.set``.
    """
    _thread.start_new_thread(event.set, ())

"""An event is set by a signal, whatever the signal has interrupted."""

import subprocess
import sys

# It is interrupted where it holds the lock of the event, as Event.set does.
PROGRAM = """
import os, signal, threading
from pvdifyd.signals import set_from_handler
event = threading.Event()
signal.signal(signal.SIGTERM, lambda number, frame: set_from_handler(event))
with event._cond:
    os.kill(os.getpid(), signal.SIGTERM)
assert event.wait(5)
"""


def test_it_is_set_where_its_own_lock_is_held() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], timeout=20, check=True)

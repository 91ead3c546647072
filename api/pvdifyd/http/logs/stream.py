"""The lines of an app, as the worker sends them, in the forms the API answers in.

The worker's texts are whole lines of JSON already; what is done here costs little for each of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator

from pvdifyd.errors import UnavailableError

# Seconds after which a silent stream says that it lives, so that nothing on the way closes it.
HEARTBEAT_INTERVAL = 10.0

# What a line begins with; the cursor comes next, and has no quotes in it.
_BEGINNING = b'{"cursor":"'


def json_list(texts: Iterable[bytes]) -> Iterator[bytes]:
    """All lines as one JSON list. One that is cut off is never whole: the error goes on, and the answer breaks off."""
    before = b"["
    for text in texts:
        if text:
            yield before + text.rstrip(b"\n").replace(b"\n", b",\n")
            before = b",\n"
    yield b"]\n" if before != b"[" else b"[]\n"


def server_sent(texts: Iterable[bytes], stopping: threading.Event) -> Iterator[bytes]:
    """Lines as server-sent events, in the form of the HTML standard, until the worker or the server ends it."""
    yield b": logs of an app\n\n"
    for text in _with_heartbeats(texts, stopping):
        yield b"".join(map(_event, text.splitlines())) or b": heartbeat\n\n"


def json_lines(texts: Iterable[bytes], stopping: threading.Event) -> Iterator[bytes]:
    """Lines of JSON as they come, an empty line as the heartbeat, until the worker or the server ends it."""
    yield b"\n"  # so that the answer's head is sent now
    for text in _with_heartbeats(texts, stopping):
        yield text or b"\n"


def _with_heartbeats(texts: Iterable[bytes], stopping: threading.Event) -> Iterator[bytes]:
    said = time.monotonic()
    try:
        for text in texts:
            if text or time.monotonic() - said >= HEARTBEAT_INTERVAL:
                yield text
                said = time.monotonic()
            if stopping.is_set():
                return
    except UnavailableError:
        # The worker went away in the middle. The stream ends; who comes again goes on after the last line.
        return


def _event(line: bytes) -> bytes:
    start = len(_BEGINNING)
    return b"id: %b\nevent: log\ndata: %b\n\n" % (line[start : line.index(b'"', start)], line)

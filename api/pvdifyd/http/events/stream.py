"""The events of an operation as a stream of server-sent events."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

from pvdifyd.models import Event, Operation, connected
from pvdifyd.models.operation import CLOSED
from pvdifyd.operations import events, show

# Seconds between two looks for new events.
POLL_INTERVAL = 0.1

# Seconds after which a silent stream says that it lives, so that nothing on the way closes it.
HEARTBEAT_INTERVAL = 15.0


def stream(operation_id: int, after: int, stopping: threading.Event) -> Iterator[str]:
    """The events newer than `after` as they come, until the operation has ended or the server stops."""
    yield ": events of an operation\n\n"
    said = time.monotonic()
    while True:
        # Asked before the events are read: what a closed operation has, it has for good.
        closed = _is_closed(operation_id)
        for event in events.after(operation_id, after):
            after = event.id
            yield server_sent(event)
            said = time.monotonic()
        if closed or stopping.wait(POLL_INTERVAL):
            return
        if time.monotonic() - said >= HEARTBEAT_INTERVAL:
            yield ": heartbeat\n\n"
            said = time.monotonic()


def server_sent(event: Event) -> str:
    """An event in the form of the HTML standard; JSON has no line breaks, so one data line is enough."""
    return f"id: {event.id}\nevent: {event.type}\ndata: {json.dumps(show.event(event))}\n\n"


def _is_closed(operation_id: int) -> bool:
    connected()
    row = Operation.select(Operation.status).where(Operation.id == operation_id).first()
    return row is None or row.status in CLOSED

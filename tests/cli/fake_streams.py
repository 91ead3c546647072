"""The fake server's streams: the events of an operation, and an app's log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.cli.fake_log import Json, wanted

if TYPE_CHECKING:
    from tests.cli.fake_server import FakeServer


def events(server: FakeServer, operation: Json, last_id: str | None) -> Iterator[bytes]:
    """Give the events after an id, each as a piece of the stream, until the operation has ended."""
    sent = int(last_id or 0)
    while True:
        ended = operation["finished_at"] is not None
        for event in server.state.events[operation["id"]]:
            if event["id"] > sent:
                sent = event["id"]
                yield server_sent(str(sent), event["type"], event)
        if ended or server.stopped.is_set():
            return
        time.sleep(0.02)


def log(server: FakeServer, app: str, query: dict[str, str], cursor: str | None) -> Iterator[bytes]:
    """Give an app's log entries after a cursor, until the app is gone, and all of them sent."""
    # Settled before the stream is opened: what is written from then on is new.
    return _log_from(server.state.log.next_after(cursor, query), server, app, query)


def _log_from(number: int, server: FakeServer, app: str, query: dict[str, str]) -> Iterator[bytes]:
    entries = server.state.log.entries
    while not server.stopped.is_set():
        found = entries[number : number + server.faults.lines_per_piece]
        number += len(found)
        chosen = [server_sent(entry["cursor"], "log", entry) for entry in found if wanted(entry, query)]
        if chosen:
            yield b"".join(chosen)
        if not found and app not in server.state.apps:
            return
        if not found:
            time.sleep(0.02)


def server_sent(number: str, name: str, data: Json) -> bytes:
    """Give a server-sent event as bytes."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()

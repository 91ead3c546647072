"""Follows an operation to its end: by its event stream, resumed when it drops, else by asking again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeVar

from pvdify.api.client import Client, Json
from pvdify.errors import PvdifyError, UnreachableError

CLOSED = frozenset({"succeeded", "failed", "cancelled"})

_STREAM_ATTEMPTS = 3
_PAUSE_SECONDS = 1.0
_PATIENCE_SECONDS = 120.0

_Answer = TypeVar("_Answer")


def closes(event: Json) -> bool:
    """Tell whether an event is the last one of its operation."""
    return event.get("type") == "status" and event.get("status") in CLOSED


class Follower:
    """Follows one operation.

    Args:
        client: The server.
        operation: The operation's id.
        report: Called with a line for people when the server stops answering.
    """

    def __init__(self, client: Client, operation: int, report: Callable[[str], None] | None = None) -> None:
        self._client = client
        self._operation = operation
        self._report = report
        self._last = 0

    def events(self) -> Iterator[Json]:
        """Give the events, each once and in order, until the one that closes the operation.

        Raises:
            PvdifyError: The server refused, or gave no answer for two minutes. The operation goes on.
        """
        failed_attempts = 0
        while failed_attempts < _STREAM_ATTEMPTS:
            before = self._last
            try:
                for event in self._streamed():
                    yield event
                    if closes(event):
                        return
            except PvdifyError as error:
                if not error.may_pass:
                    raise
            failed_attempts = 1 if self._last > before else failed_attempts + 1
            time.sleep(_PAUSE_SECONDS * failed_attempts / _STREAM_ATTEMPTS)
        yield from self._polled()

    def closed(self) -> Json:
        """Give the operation once it is closed."""
        while (operation := self._read())["status"] not in CLOSED:
            time.sleep(_PAUSE_SECONDS)
        return operation

    def _read(self) -> Json:
        return self._patiently(lambda: self._client.get("operations", self._operation))

    def _streamed(self) -> Iterator[Json]:
        stream = self._client.stream("operations", self._operation, "events", after=self._last)
        for message in chain.from_iterable(stream.batches()):
            try:
                event = json.loads(message.data)
            except ValueError:
                raise UnreachableError(f"The events of operation {self._operation} came broken.") from None
            yield from self._new([event])

    def _polled(self) -> Iterator[Json]:
        while True:
            # Asked first: when it is closed by now, the events read after it are all there are.
            ended = self._read()["status"] in CLOSED
            for event in self._new(self._patiently(self._listed)):
                yield event
                if closes(event):
                    return
            if ended:
                return
            time.sleep(_PAUSE_SECONDS)

    def _listed(self) -> list[Json]:
        return self._client.list("operations", self._operation, "events")

    def _new(self, events: list[Json]) -> Iterator[Json]:
        """A server may send again what it sent before: it was restarted, or it sends the whole list."""
        for event in events:
            if event["id"] > self._last:
                self._last = event["id"]
                yield event

    def _patiently(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask until an answer comes; give up after `_PATIENCE_SECONDS` without one."""
        give_up = time.monotonic() + _PATIENCE_SECONDS
        report = self._report
        while True:
            try:
                return ask()
            except PvdifyError as error:
                if not error.may_pass or time.monotonic() > give_up:
                    raise
                if report is not None:
                    report(f"{error.message} Asking again.")
                    report = None
            time.sleep(_PAUSE_SECONDS)

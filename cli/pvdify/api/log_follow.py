"""Follows an app's log for as long as someone looks: each line once, over broken connections and restarts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping

from pvdify.api.client import Client, Json
from pvdify.api.sse import Message
from pvdify.api.stream import Stream
from pvdify.errors import ExitCode, PvdifyError

MOST_LINES = 10_000

_PAUSE_SECONDS = 1.0


class LogFollower:
    """Follows the log of one app.

    Args:
        client: The server.
        app: The app's name.
        query: Which lines: `lines`, and where wanted `process`, `instance`, `release`, `since`.
        report: Called with a line for people when the server is away, and when it is back.
    """

    def __init__(
        self, client: Client, app: str, query: Mapping[str, str], report: Callable[[str], None]
    ) -> None:
        self._client = client
        self._app = app
        self._query = {**query, "follow": "true"}
        self._report = report
        self._cursor = ""

    def batches(self) -> Iterator[list[Json]]:
        """Give the entries, each once and in order, as many at a time as came together; it has no end.

        Raises:
            PvdifyError: The server refused; or it could not be reached in the first place.
        """
        stream = self._open()
        while True:
            try:
                yield from self._entries(stream)
            except PvdifyError as error:
                if not error.may_pass:
                    raise
            self._resume_without_a_cursor(stream)
            stream = self._opened_again()

    def _open(self) -> Stream:
        return self._client.stream("apps", self._app, "logs", query=self._query, after=self._cursor)

    def _opened_again(self) -> Stream:
        away = False
        while True:
            time.sleep(_PAUSE_SECONDS)
            try:
                stream = self._open()
            except PvdifyError as error:
                # Who follows has time for a limit on requests too.
                if not error.may_pass and error.code != "too_many_requests":
                    raise
                if not away:
                    self._report(f"{error.message} Waiting until it is back; Ctrl-C ends it.")
                away = True
            else:
                if away:
                    self._report("The server is back; the log goes on where it was.")
                return stream

    def _entries(self, stream: Stream) -> Iterator[list[Json]]:
        shown_last = self._cursor
        for messages in stream.batches():
            # Were the line of the cursor itself sent again, it would come first.
            again = 1 if shown_last and messages and messages[0].id == shown_last else 0
            shown_last = "" if messages else shown_last
            entries = [_entry(message) for message in messages[again:] if message.event == "log"]
            self._cursor = stream.last_id or self._cursor
            if entries:
                yield entries

    def _resume_without_a_cursor(self, stream: Stream) -> None:
        """Where no line has come yet, ask next time for all that came since, whatever was asked at first."""
        if self._cursor:
            return
        if self._query["lines"] == "0" and stream.opened is not None:
            self._query["since"] = stream.opened.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._query["lines"] = str(MOST_LINES)


def _entry(message: Message) -> Json:
    try:
        entry = json.loads(message.data)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        raise PvdifyError(
            "A line of the log came broken.",
            "Check what stands between here and pvdifyd; pvdify logs without -f may still do.",
            exit_code=ExitCode.SERVER_ERROR,
        )
    return entry

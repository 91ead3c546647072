"""A client that follows an app's log over the API and checks its numbered lines as they come, keeping none of them.

A program of its own (`python -m tests.end_to_end.log_follower --help`), so that many of them don't wait for each other.
It says `ready` when its stream is open, and in the end what it got, as JSON.
"""

import argparse
import http.client
import json
import os
import re
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

# A whole line of JSON, in an event or by itself.
LINE = re.compile(rb'\{"cursor":"([^"]+)","at":"([^"]+)",[^\n]*"message":"line ([0-9]+)"\}\n')
# Bytes that the system may keep of what was not read: a program that stalls doesn't get more for nothing.
RECEIVE_BUFFER = 64 * 1024
SILENCE_SECONDS = 60
MOST_CONNECTIONS = 5


class Follower:
    """Reads lines 1 to `last` of an app. lines: how many came, each after the one before. wrong: the first that did
    not, as [expected, got]. connections: how many it took. first_at, last_at: when lines were written, in seconds since
    the epoch."""

    def __init__(self, url: str, certificate: str, form: str, last: int) -> None:
        self._url, self._form, self._last = urlsplit(url), form, last
        self._trust = ssl.create_default_context(cafile=certificate)
        self._cursor = b""
        self._answer: http.client.HTTPResponse
        self.lines = self.bytes = self.connections = 0
        self.wrong: list[int] = []
        self.first_at = self.last_at = 0.0

    def open(self) -> None:
        """Returns when the stream is open: every line that is written from now on is to come."""
        plain = socket.create_connection((self._url.hostname, self._url.port), timeout=SILENCE_SECONDS)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        connection = http.client.HTTPSConnection(self._url.netloc)
        connection.sock = self._trust.wrap_socket(plain, server_hostname=self._url.hostname)
        headers = {"Authorization": f"Bearer {os.environ['PVDIFY_TOKEN']}", "Accept": self._form}
        if self._cursor:
            headers["Last-Event-ID"] = self._cursor.decode()
        connection.request("GET", f"{self._url.path}?{self._url.query}", headers=headers)
        self._answer = connection.getresponse()
        if self._answer.status != 200:
            raise SystemExit(self._answer.read().decode())
        self.connections += 1

    def read(self) -> None:
        """Reads to the last line, coming again where the server lets it go."""
        while self.lines < self._last and not self.wrong:
            for text in self._texts():
                self._take(text)
                if self.lines >= self._last or self.wrong:
                    return
            if self.connections == MOST_CONNECTIONS:
                return
            self.open()

    def _texts(self) -> Iterator[bytes]:
        """Whole lines, as many as came together, until the stream ends or breaks."""
        begun = b""
        try:
            while part := self._answer.read1(1 << 18):
                self.bytes += len(part)
                whole, end, begun = (begun + part).rpartition(b"\n")
                yield whole + end
        except (OSError, http.client.HTTPException):
            return

    def _take(self, text: bytes) -> None:
        at = b""
        for cursor, at, number in LINE.findall(text):
            if int(number) != self.lines + 1:
                self.wrong = [self.lines + 1, int(number)]
                return
            self.first_at = self.first_at or _seconds(at)
            self.lines, self._cursor = int(number), cursor
        if at:
            self.last_at = _seconds(at)


def _seconds(at: bytes) -> float:
    return datetime.fromisoformat(at.decode()).timestamp()


def main() -> None:
    options = argparse.ArgumentParser(description="Follow an app's log; the token is in PVDIFY_TOKEN.")
    options.add_argument("url")
    options.add_argument("--certificate", required=True)
    options.add_argument("--form", default="text/event-stream")
    options.add_argument("--last", type=int, required=True, help="the number of the last line")
    options.add_argument("--pause", type=float, default=0, help="seconds in which nothing is read at first")
    given = options.parse_args()
    follower = Follower(given.url, given.certificate, given.form, given.last)
    follower.open()
    print("ready", flush=True)
    time.sleep(given.pause)
    follower.read()
    told = {name: value for name, value in vars(follower).items() if not name.startswith("_")}
    print(json.dumps({**told, "ended_at": time.time()}), flush=True)


if __name__ == "__main__":
    main()

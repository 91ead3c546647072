"""A client that keeps asking: on kept-alive and on new connections, with slow requests and event streams always open.

It is strict. Whatever is not an answer 200 with its whole body is a failure, and so is a stream that was cut (see
event_stream); nothing is asked again.
"""

import http.client
import itertools
import threading
import time
from urllib.parse import urlsplit

from . import event_stream
from .result import Answer, Result

TIMEOUT_SECONDS = 15
# Events come twice a second: a reader that soon leaves, and one that stays for half a minute.
SHORT_STREAM, LONG_STREAM = 4, 60


class Load:
    """Requests to one URL from `start` to `stop`; use it as a context manager.

    kept and fresh: threads that keep their connection, and that open one for each request; each asks `pace`
    times a second. slow: threads that ask for /slow, an answer that takes two seconds, without a pause. streams:
    threads that read /events, every other one a long one.
    """

    def __init__(
        self,
        url: str,
        *,
        kept: int = 6,
        fresh: int = 4,
        slow: int = 4,
        streams: int = 2,
        pace: float = 25.0,
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._pause = 1 / pace
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._result = Result()
        plan = [("kept-alive", "/", True)] * kept + [("new connection", "/", False)] * fresh
        plan += [("2 s long", "/slow", index % 2 == 0) for index in range(slow)]
        lengths = [LONG_STREAM if index % 2 else SHORT_STREAM for index in range(streams)]
        self._threads = [threading.Thread(target=self._ask, args=each, daemon=True) for each in plan]
        self._threads += [threading.Thread(target=self._read, args=(most,), daemon=True) for most in lengths]

    def __enter__(self) -> "Load":
        self._started = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> Result:
        """Lets the requests in flight end, and returns what came of all of them."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(TIMEOUT_SECONDS + 5)
        self._result.seconds = self._result.seconds or time.monotonic() - self._started
        return self._result

    def so_far(self) -> Result:
        """What came of the requests that have ended."""
        with self._lock:
            return self._result.copy(self._result.seconds or time.monotonic() - self._started)

    def wait_for(self, requests: int, *, timeout: float) -> None:
        """Waits until that many requests were sent, or `timeout` seconds passed."""
        deadline = time.monotonic() + timeout
        while self._result.sent < requests and time.monotonic() < deadline:
            time.sleep(0.05)

    def _ask(self, style: str, path: str, keep: bool) -> None:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        due = itertools.count(time.monotonic(), 0.0 if path == "/slow" else self._pause)
        while not self._stopping.is_set():
            self._stopping.wait(max(0.0, next(due) - time.monotonic()))
            begun = time.monotonic()
            answer = _one_request(connection, path, keep)
            if answer.failure or not keep:
                connection.close()
            self._note(style, answer, begun)
        connection.close()

    def _read(self, most: int) -> None:
        while not self._stopping.is_set():
            begun = time.monotonic()
            left = self._stopping.is_set
            stream = event_stream.read(self._host, self._port, most=most, leave=left, timeout=TIMEOUT_SECONDS)
            self._note("event stream", stream, begun)

    def _note(self, style: str, answer: Answer, begun: float) -> None:
        with self._lock:
            self._result.note(style, answer, begun - self._started)
        if answer.failure:
            self._stopping.wait(self._pause)


def _one_request(connection: http.client.HTTPConnection, path: str, keep: bool) -> Answer:
    begun = time.monotonic()
    try:
        connection.request("GET", path, headers={} if keep else {"Connection": "close"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return Answer("", f"{type(error).__name__}: {error}", time.monotonic() - begun)
    failure = None if answer.status == 200 else f"status {answer.status}"
    return Answer(answer.headers.get("X-App-Version", ""), failure, time.monotonic() - begun)

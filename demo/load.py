"""A client that keeps asking: on kept-alive and on new connections, and with slow requests always in flight.

It is strict. Whatever is not an answer 200 with its whole body is a failure; nothing is asked again.
"""

import http.client
import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 15
EXAMPLES = 5


@dataclass
class Result:
    """What came of the requests; read it when the load has stopped.

    failures: what went wrong, and how often. examples: the first few, with the time since the start.
    versions: answers for each version of the app that gave one. styles: requests for each way of asking.
    """

    sent: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        return self.failures.total()

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.sent / self.seconds if self.seconds else 0.0


class Load:
    """Requests to one URL from `start` to `stop`; use it as a context manager.

    kept and fresh: threads that keep their connection, and that open one for each request; each asks `pace`
    times a second. slow: threads that ask for /slow, an answer that takes two seconds, without a pause.
    """

    def __init__(self, url: str, *, kept: int = 6, fresh: int = 4, slow: int = 4, pace: float = 25.0) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._pause = 1 / pace
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._result = Result()
        plan = [("kept-alive", "/", True)] * kept + [("new connection", "/", False)] * fresh
        plan += [("2 s long", "/slow", index % 2 == 0) for index in range(slow)]
        self._threads = [threading.Thread(target=self._ask, args=each, daemon=True) for each in plan]

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

    def wait_for(self, requests: int, *, timeout: float) -> None:
        """Waits until that many requests were sent, or `timeout` seconds passed."""
        deadline = time.monotonic() + timeout
        while self._result.sent < requests and time.monotonic() < deadline:
            time.sleep(0.05)

    @property
    def sent(self) -> int:
        return self._result.sent

    def _ask(self, style: str, path: str, keep: bool) -> None:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        due = itertools.count(time.monotonic(), 0.0 if path == "/slow" else self._pause)
        while not self._stopping.is_set():
            self._stopping.wait(max(0.0, next(due) - time.monotonic()))
            begun = time.monotonic()
            version, failure = _one_request(connection, path, keep)
            if failure or not keep:
                connection.close()
            self._note(style, version, failure, begun)
            if failure:
                self._stopping.wait(self._pause)
        connection.close()

    def _note(self, style: str, version: str, failure: str | None, begun: float) -> None:
        with self._lock:
            result = self._result
            result.sent += 1
            result.styles[style] += 1
            result.slowest = max(result.slowest, time.monotonic() - begun)
            if failure is None:
                result.versions[version] += 1
                return
            result.failures[f"{style}: {failure}"] += 1
            if len(result.examples) < EXAMPLES:
                result.examples.append(f"{begun - self._started:.2f} s, {style}: {failure}")


def _one_request(connection: http.client.HTTPConnection, path: str, keep: bool) -> tuple[str, str | None]:
    """The version that answered, and what went wrong (None: nothing)."""
    try:
        connection.request("GET", path, headers={} if keep else {"Connection": "close"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return "", f"{type(error).__name__}: {error}"
    return answer.headers.get(
        "X-App-Version", ""
    ), None if answer.status == 200 else f"status {answer.status}"

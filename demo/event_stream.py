"""Reading a stream of server-sent events, strictly.

A stream has ended well when the reader left, or when the app ended it: with the last chunk of its answer, as a good
app does when it is asked to stop. One that closes before that was cut, and so was one that stops in the middle of an
event, leaves out a number, or falls silent.
"""

import http.client
import time
from collections.abc import Callable, Iterator

from .result import Answer

PATH = "/events"


def read(host: str, port: int, *, most: int, leave: Callable[[], bool], timeout: float) -> Answer:
    """Opens a stream and reads at most that many events, until `leave` says so or it ends.

    timeout: seconds of silence that count as a failure.
    """
    found = Answer()
    begun = time.monotonic()
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", PATH, headers={"Accept": "text/event-stream"})
        answer = connection.getresponse()
        found.version = answer.headers.get("X-App-Version", "")
        _check(answer)
        found.streamed = True
        for number, event in enumerate(_events(answer), start=1):
            if number == 1:
                found.seconds = time.monotonic() - begun
            _check_number(event, number)
            if number == most or leave():
                return found
        found.ended = True
    except (OSError, http.client.HTTPException) as error:
        found.failure = f"{type(error).__name__}: {error}"
    except _Broken as error:
        found.failure = str(error)
    finally:
        connection.close()
    return found


class _Broken(Exception):
    """The stream broke a rule; the text says which."""


def _check(answer: http.client.HTTPResponse) -> None:
    if answer.status != 200:
        raise _Broken(f"status {answer.status}")
    if not answer.headers.get("Content-Type", "").startswith("text/event-stream"):
        raise _Broken("the answer is no stream of events")
    if answer.headers.get("Transfer-Encoding", "").lower() != "chunked":
        raise _Broken("the end of the stream could not be told from a cut")


def _events(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Each event as it comes, without the empty line that ends it."""
    rest = b""
    # Not line by line: readline takes a connection that was closed for the end of the answer.
    while received := answer.read1(65536):
        *events, rest = (rest + received).split(b"\n\n")
        yield from events
    if rest:
        raise _Broken("cut in the middle of an event")


def _check_number(event: bytes, number: int) -> None:
    if b"id: %d" % number not in event.split(b"\n"):
        raise _Broken(f"event {number} is missing")

"""Only a stream that was read to its proper end, or left by its reader, has gone well."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from demo import event_stream
from demo.result import Answer

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-App-Version: v1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
END = b"0\r\n\r\n"


def event(number: int) -> bytes:
    return chunk(f"id: {number}\ndata: v1\n\n".encode())


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


@contextmanager
def server(answer: bytes, *, silent: bool = False) -> Iterator[int]:
    """Answers one connection with these bytes and closes it, or falls silent; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(answer)
                if silent:
                    client.recv(1)

        Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def read(answer: bytes, *, most: int = 100, silent: bool = False) -> Answer:
    with server(answer, silent=silent) as port:
        return event_stream.read("127.0.0.1", port, most=most, leave=lambda: False, timeout=0.5)


def test_an_app_may_end_a_stream() -> None:
    stream = read(HEAD + event(1) + event(2) + END)
    assert (stream.version, stream.streamed, stream.ended, stream.failure) == ("v1", True, True, None)


def test_a_reader_may_leave() -> None:
    stream = read(HEAD + event(1) + event(2) + event(3), most=2)
    assert (stream.ended, stream.failure) == (False, None)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (HEAD + event(1), "IncompleteRead"),
        (HEAD + event(1) + event(2)[:9], "IncompleteRead"),
        (HEAD + event(1) + chunk(b"id: 2\nda") + END, "cut in the middle of an event"),
        (HEAD + event(1) + event(3) + END, "event 2 is missing"),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "status 503"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n", "no stream of events"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", "could not be told from a cut"),
        (b"", "RemoteDisconnected"),
    ],
)
def test_anything_else_is_a_failure(answer: bytes, reason: str) -> None:
    stream = read(answer)
    assert reason in (stream.failure or "")
    assert not stream.ended


def test_silence_is_a_failure() -> None:
    assert "TimeoutError" in (read(HEAD + event(1), silent=True).failure or "")

"""A client that stalls, at whatever point, is let go; one that is only slow is served."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from pvdifyd import certificates
from pvdifyd.http import client_socket
from pvdifyd.http.client_socket import ClientSocket

PATIENCE, AT_END = 1.0, 0.25
TEXT = b"line\n" * 400_000  # more than the system keeps on the way

Ends = tuple[ClientSocket, ssl.SSLSocket]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_socket, "TICK", 0.02)
    monkeypatch.setattr(client_socket, "PATIENCE", PATIENCE)
    monkeypatch.setattr(client_socket, "PATIENCE_FOR_REQUEST", 2 * PATIENCE)
    monkeypatch.setattr(client_socket, "PATIENCE_AT_END", AT_END)


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


@pytest.fixture
def strangers(tmp_path: Path, stopping: threading.Event) -> Iterator[tuple[ClientSocket, socket.socket]]:
    """The server's end, which waits as gunicorn's threads do, and a client's that has said nothing yet."""
    certificates.make(tmp_path / "certificate", tmp_path / "key", ["localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    context.sslsocket_class = ClientSocket.of(stopping)
    ours, theirs = socket.socketpair()
    server = context.wrap_socket(ours, server_side=True, do_handshake_on_connect=False)
    assert isinstance(server, ClientSocket)
    server.setblocking(True)
    with server, theirs:
        yield server, theirs


@pytest.fixture
def ends(strangers: tuple[ClientSocket, socket.socket]) -> Iterator[Ends]:
    """Both ends, after their handshake."""
    server, theirs = strangers
    agreeing = Thread(target=server.do_handshake)
    agreeing.start()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(theirs) as client:
        agreeing.join(10)
        yield server, client


def take(client: ssl.SSLSocket, pause: float, taken: bytearray) -> None:
    """Reads until there is as much as TEXT, with a pause after every 64 kB."""
    while len(taken) < len(TEXT) and (part := client.recv(1 << 16)):
        if len(taken) // (1 << 16) != (len(taken) + len(part)) // (1 << 16):
            time.sleep(pause)
        taken += part


def given_slowly(client: ssl.SSLSocket, parts: int, pause: float) -> None:
    """Sends a byte at a time."""
    with contextlib.suppress(OSError):
        for _ in range(parts):
            time.sleep(pause)
            client.sendall(b"x")


def assert_let_go_after(seconds: float, began: float, client: socket.socket) -> None:
    """It took about that long, and closing the connection will not wait for the client."""
    assert 0.9 * seconds <= time.monotonic() - began < seconds + 2
    client.settimeout(2)
    with contextlib.suppress(ssl.SSLEOFError, ConnectionError):
        while client.recv(1 << 16):
            pass


@pytest.mark.parametrize("pause", [0, PATIENCE / 15])
def test_who_takes_it_gets_it_all_however_slowly(ends: Ends, pause: float) -> None:
    server, client = ends
    taken = bytearray()
    taking = Thread(target=take, args=(client, pause, taken))
    taking.start()
    server.sendall(TEXT)
    taking.join(10)
    assert taken == TEXT


def test_who_takes_nothing_is_let_go(ends: Ends) -> None:
    server, client = ends
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        server.sendall(TEXT)
    assert_let_go_after(PATIENCE, began, client)


def test_when_the_server_stops_it_waits_less(ends: Ends, stopping: threading.Event) -> None:
    server, client = ends
    stopping.set()
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        server.sendall(TEXT)
    assert_let_go_after(AT_END, began, client)


def test_who_does_not_go_on_is_let_go(ends: Ends) -> None:
    server, client = ends
    client.sendall(b"GET / HT")
    assert server.recv(100) == b"GET / HT"
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        server.recv(100)
    assert_let_go_after(PATIENCE, began, client)


def test_a_byte_now_and_then_is_not_enough(ends: Ends) -> None:
    server, client = ends
    drops = Thread(target=given_slowly, args=(client, 20, PATIENCE / 4))
    began = time.monotonic()
    drops.start()
    with pytest.raises(ConnectionResetError):
        list(iter(lambda: server.recv(100), b""))
    assert_let_go_after(2 * PATIENCE, began, client)
    drops.join(10)


def test_each_request_of_a_connection_has_its_time(ends: Ends) -> None:
    server, client = ends
    for _ in range(5):
        slowly = Thread(target=given_slowly, args=(client, 1, PATIENCE / 2))
        slowly.start()
        assert server.recv(100) == b"x"
        server.sendall(b"answer")
        assert client.recv(100) == b"answer"
        slowly.join(10)


@pytest.mark.parametrize("said", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01"])
def test_who_does_not_end_a_handshake_is_let_go(
    strangers: tuple[ClientSocket, socket.socket], said: bytes
) -> None:
    server, theirs = strangers
    theirs.sendall(said)
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        server.do_handshake()
    assert_let_go_after(PATIENCE, began, theirs)


def test_a_timeout_of_another_s_is_kept(ends: Ends) -> None:
    server, _ = ends
    server.settimeout(0.1)
    with pytest.raises(TimeoutError):
        server.recv(100)
    server.setblocking(False)
    with pytest.raises(ssl.SSLWantReadError):
        server.recv(100)

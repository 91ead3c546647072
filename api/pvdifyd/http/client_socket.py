"""A client's TLS connection, which can't keep a thread waiting for ever.

The system's own limits (SO_RCVTIMEO, SO_SNDTIMEO) don't hold here: Python's ssl takes up again what they have ended. A
timeout of Python's does hold, and what it ends can be taken up again, so it is a short one.
"""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

# Seconds a client may keep a thread waiting for its next bytes, and for taking some of ours.
PATIENCE = 30.0

# Seconds of waiting in all for a request, however little of it comes at a time.
PATIENCE_FOR_REQUEST = 60.0

# Seconds a client has for either when the server stops.
PATIENCE_AT_END = 3.0

# Seconds between two looks at these limits.
TICK = 0.5

# Bytes that are given at once, a TLS record: who takes that much in time may be slow.
PIECE = 16 * 1024

Result = TypeVar("Result")


class ClientSocket(ssl.SSLSocket):
    """As Python's own, but where that would wait without end, a client is let go: ConnectionResetError.

    `stopping` is set when the server stops; one for each server, by a class of its own.
    """

    stopping = threading.Event()
    _limited = False
    _waited = 0.0

    @classmethod
    def of(cls, stopping: threading.Event) -> type[ClientSocket]:
        """The class for the context of a server that sets this event when it stops."""
        return type(cls.__name__, (cls,), {"stopping": stopping})

    def settimeout(self, value: float | None) -> None:
        """Wait so many seconds; with None as long as the limits here allow."""
        self._limited = value is None
        super().settimeout(TICK if value is None else value)

    def setblocking(self, flag: bool) -> None:
        """Wait within the limits, or not at all."""
        self.settimeout(None if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:
        """Agree on the connection's secrets."""
        limited = self._limited

        def attempt() -> None:
            try:
                super(ClientSocket, self).do_handshake(block)
            finally:
                self._limited = limited  # it sets the timeout again that it found

        self._patiently(attempt)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """The next bytes, empty at the end."""
        return self._patiently(lambda: super(ClientSocket, self).recv(buflen, flags))

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Give all of it."""
        self._waited = 0.0  # the request is there
        with memoryview(data) as view, view.cast("B") as left:
            while left:
                left = left[self._patiently(partial(self.send, left[:PIECE], flags)) :]
        self._waited = 0.0

    def _patiently(self, act: Callable[[], Result]) -> Result:
        began = time.monotonic()
        while True:
            try:
                result = act()
            except TimeoutError:
                if not self._limited:
                    raise
                self._check_patience(time.monotonic() - began)
            else:
                self._waited += time.monotonic() - began
                return result

    def _check_patience(self, waited: float) -> None:
        patience = PATIENCE_AT_END if self.stopping.is_set() else PATIENCE
        if waited < patience and self._waited + waited < PATIENCE_FOR_REQUEST:
            return
        # Past ssl, which would ask the client; and both ways, so that closing it does not wait for the client either.
        socket.socket.shutdown(self, socket.SHUT_RDWR)
        raise ConnectionResetError(errno.ECONNRESET, "the client keeps the server waiting")

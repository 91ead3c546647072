"""A small API server for the CLI's tests: real sockets, state in memory, and faults on demand."""

from __future__ import annotations

import ssl
import threading
from http.server import ThreadingHTTPServer
from typing import Any

from tests.cli.fake_answers import Answer
from tests.cli.fake_faults import Faults, Request
from tests.cli.fake_handler import Handler
from tests.cli.fake_routes import Routes
from tests.cli.fake_state import TOKEN, State


class FakeServer(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1 from its start to `stop()`.

    Given a server that was stopped, it is that server come back: the same port, the same state.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, certificate: tuple[str, str] | None = None, *, before: FakeServer | None = None
    ) -> None:
        super().__init__(("127.0.0.1", before.server_address[1] if before else 0), Handler)
        self.token = TOKEN
        self.state = before.state if before else State()
        self.routes = Routes(self.state)
        self.faults = Faults()
        self.requests: list[Request] = []
        self.answers_by_key: dict[str, Answer] = {}
        self.stopped = threading.Event()
        scheme = "http"
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate is not None:
            self.show(certificate)
            self.socket = self._tls.wrap_socket(self.socket, server_side=True)
            scheme = "https"
        self.url = f"{scheme}://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def show(self, certificate: tuple[str, str]) -> None:
        """Show another certificate from now on; given are the files of it and of its key."""
        self._tls.load_cert_chain(*certificate)

    def stop(self) -> None:
        """End streams and stop listening."""
        self.stopped.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection cut by a test, or by a client that ends, is no news."""

    def asked(self, method: str, path: str | None = None) -> list[Request]:
        """Give the requests with this method (and path) so far."""
        return [
            request for request in self.requests if request.method == method and path in (None, request.path)
        ]

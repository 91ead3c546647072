"""The stand-in as an HTTPS server."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .stand_in import BASE, Answer, Request, StandIn

SILENCE_SECONDS = 60


class Server(ThreadingHTTPServer):
    """Listens from its making to `stop()`; port 0 takes a free one.

    certificate, key: PEM files; without them it speaks plain HTTP. endpoint: what a client of Cloudflare's API is told.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        stand_in: StandIn,
        address: tuple[str, int] = ("127.0.0.1", 0),
        *,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        super().__init__(address, _Handler)
        self.stand_in = stand_in
        scheme = "http"
        if certificate is not None:
            trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trust.load_cert_chain(certificate, key)
            # The handshake is left to the connection's own thread: a silent client keeps nobody waiting.
            self.socket = trust.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            scheme = "https"
        self.url = f"{scheme}://{address[0]}:{self.server_address[1]}"
        self.endpoint = self.url + BASE

    def start(self) -> None:
        """Serves in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.stand_in.let_go()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = SILENCE_SECONDS

    def __getattr__(self, name: str) -> Any:
        """Every method is answered in the same way."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            self.path,
            self.headers.get("Authorization"),
            self.headers.get("Content-Type"),
            self.rfile.read(length),
        )
        self._send(self.server.stand_in.answer(request))

    def _send(self, answer: Answer) -> None:
        if answer.cut:
            self.close_connection = True
            return
        is_page = isinstance(answer.body, str)
        body = (answer.body if is_page else json.dumps(answer.body)).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/html" if is_page else "application/json")
        self.send_header("Content-Length", str(len(body)))
        if answer.retry_after is not None:
            self.send_header("Retry-After", str(answer.retry_after))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The calls are kept, and told at the control address."""

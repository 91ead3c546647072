"""What a tunnel leads to: a small server that tells what it was asked, on a free port."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Origin(ThreadingHTTPServer):
    """/ tells method, path, headers and the body's length and hash. /stream sends an event every 50 ms until the reader
    leaves; /slow takes a second; /early tells of more to come first; what asks for an upgrade is echoed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = f"http://127.0.0.1:{self.server_address[1]}"
        self.left = threading.Event()

    def __enter__(self) -> "Origin":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Readers leave."""


class _Handler(BaseHTTPRequestHandler):
    server: Origin
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("Upgrade"):
            self._echo()
        elif self.path == "/stream":
            self._stream()
        else:
            self._tell()

    def do_POST(self) -> None:
        self._tell()

    def _tell(self) -> None:
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/early":
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "length": len(body),
            "hash": hashlib.sha256(body).hexdigest(),
        }
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"data: tick\n\n")
                time.sleep(0.05)
        except OSError:
            self.server.left.set()

    def _echo(self) -> None:
        key = base64.b64encode(self.headers["Upgrade"].encode()).decode()
        self.wfile.write(
            f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\nX-Key: {key}\r\n\r\n".encode()
        )
        self.close_connection = True
        while line := self.rfile.readline():
            self.wfile.write(line.upper())

    def log_message(self, *_: object) -> None:
        pass

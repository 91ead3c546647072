"""The worker's end: it has the connections to the hosts, and whoever may reach the socket may read."""

from __future__ import annotations

import json
import logging
import os
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pvdifyd.reading import protocol
from pvdifyd.reading.shared_answers import SharedAnswers

# Seconds a client may take to send its line, and to take the answer.
CLIENT_TIMEOUT = 10.0

# Reads a host: (the host's name, the request) → the answer. Raises ReadError.
Read = Callable[[str, dict[str, Any]], dict[str, Any]]

logger = logging.getLogger(__name__)


class ReadError(Exception):
    """A host could not be read; `code` is one of the API's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ReaderServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Answers each connection's one line in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, read: Read, owner: tuple[int, int] | None = None) -> None:
        """Listen at `path`, which belongs to this worker alone; `owner` (uid, gid) may connect as well."""
        path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            super().__init__(str(path), _Handler)
        finally:
            os.umask(mask)
        if owner is not None:
            os.chown(path, *owner, follow_symlinks=False)
        self._path = path
        self._read = read
        self._shared = SharedAnswers()

    def start(self) -> None:
        """Serve in the background."""
        threading.Thread(target=self.serve_forever, args=(0.2,), name="reader", daemon=True).start()

    def stop(self) -> None:
        """Take no more questions, and leave no socket behind."""
        self.shutdown()
        self.server_close()
        self._path.unlink(missing_ok=True)

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one line; never raises."""
        try:
            question = protocol.parse(line)
            request, host = question["request"], question.get("host", "")
            if request == protocol.PING:
                return {"answer": {}}
            if not isinstance(request, dict) or not isinstance(host, str):
                raise ValueError("not a question")
            key = json.dumps([host, request], sort_keys=True)
            return {"answer": self._shared.get(key, lambda: self._read(host, request))}
        except ReadError as error:
            return {"code": error.code, "message": error.message}
        except (ValueError, KeyError, RecursionError):
            return {"code": "reader_unavailable", "message": "The reader was asked something it can't read."}
        except Exception:
            logger.exception("reading a host failed")
            return {
                "code": "reader_unavailable",
                "message": "Reading the host failed; the worker's log says why.",
            }


class _Handler(socketserver.StreamRequestHandler):
    timeout = CLIENT_TIMEOUT
    server: ReaderServer

    def handle(self) -> None:
        try:
            line = self.rfile.readline(protocol.LINE_LIMIT)
            if line:
                self.wfile.write(protocol.line(self.server.answer(line)))
        except OSError:
            logger.debug("a client of the reader went away")

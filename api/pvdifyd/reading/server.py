"""The worker's end: it has the connections to the hosts, and whoever may reach the socket may read."""

from __future__ import annotations

import json
import logging
import os
import socketserver
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pvdifyd.reading import log_request, protocol
from pvdifyd.reading.shared_answers import SharedAnswers

# Seconds a client may take to send its line.
CLIENT_TIMEOUT = 10.0

# Seconds a client may take for what it is sent at once. It passes logs on to a client of its own, which has 30.
TAKING_TIMEOUT = 60.0

# Reads a host: (the host's name, the request) → the answer. Raises ReadError.
Read = Callable[[str, dict[str, Any]], dict[str, Any]]

# Reads logs: (the host's name, the request) → texts, as reading.log_request tells. Raises ReadError.
ReadLogs = Callable[[str, dict[str, Any]], Iterator[bytes]]

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

    def __init__(
        self,
        path: Path,
        read: Read,
        owner: tuple[int, int] | None = None,
        read_logs: ReadLogs | None = None,
    ) -> None:
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
        self._read_logs = read_logs
        self._shared = SharedAnswers()

    def start(self) -> None:
        """Serve in the background."""
        threading.Thread(target=self.serve_forever, args=(0.2,), name="reader", daemon=True).start()

    def stop(self) -> None:
        """Take no more questions, and leave no socket behind."""
        self.shutdown()
        self.server_close()
        self._path.unlink(missing_ok=True)

    def answers(self, line: bytes) -> Generator[bytes, None, None]:
        """What is sent for one line; a failure is an answer too."""
        try:
            host, request = _question(line)
            if request["step"] == log_request.STEP and self._read_logs is not None:
                yield from _streamed(self._read_logs(host, request))
            else:
                yield protocol.line({"answer": self._answer(host, request)})
        except ReadError as error:
            yield _failure(error.code, error.message)
        except (ValueError, KeyError, RecursionError):
            yield _failure("reader_unavailable", "The reader was asked something it can't read.")
        except Exception:
            logger.exception("reading a host failed")
            yield _failure("reader_unavailable", "Reading the host failed; the worker's log says why.")

    def _answer(self, host: str, request: dict[str, Any]) -> dict[str, Any]:
        if request == protocol.PING:
            return {}
        key = json.dumps([host, request], sort_keys=True)
        answer: dict[str, Any] = self._shared.get(key, lambda: self._read(host, request))
        return answer


class _Handler(socketserver.StreamRequestHandler):
    timeout = CLIENT_TIMEOUT
    server: ReaderServer

    def handle(self) -> None:
        try:
            line = self.rfile.readline(protocol.LINE_LIMIT)
            self.connection.settimeout(TAKING_TIMEOUT)
            if line:
                with closing(self.server.answers(line)) as answers:
                    for answer in answers:
                        self.connection.sendall(answer)
        except OSError:
            logger.debug("a client of the reader went away")


def _question(line: bytes) -> tuple[str, dict[str, Any]]:
    question = protocol.parse(line)
    host, request = question.get("host", ""), question["request"]
    if not isinstance(request, dict) or not isinstance(host, str):
        raise ValueError("not a question")
    return host, request


def _streamed(texts: Iterator[bytes]) -> Iterator[bytes]:
    begun = False
    for text in texts:
        if not begun:
            yield protocol.line(log_request.BEGIN)
            begun = True
        yield protocol.line({"bytes": len(text)}) + text if text else protocol.line(log_request.BEAT)
    if not begun:
        yield protocol.line(log_request.BEGIN)
    yield protocol.line(log_request.END)


def _failure(code: str, message: str) -> bytes:
    return protocol.line({"code": code, "message": message})

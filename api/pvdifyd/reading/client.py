"""The API's end: one connection for one question."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, cast

from pvdifyd.errors import UnavailableError
from pvdifyd.reading import protocol
from pvdifyd.reading.log_stream import LogStream

# Seconds: the worker itself gives a host 10.
TIMEOUT = 12.0


class ReaderClient:
    """Asks the reader; methods raise UnavailableError(reader_unavailable, host_unreachable)."""

    def __init__(self, path: Path, timeout: float = TIMEOUT) -> None:
        self._path = path
        self._timeout = timeout

    def ping(self) -> None:
        """Return when the worker answers."""
        self._ask({"request": protocol.PING})

    def ps(self, host: str, app: str) -> dict[str, Any]:
        """The app's instances as its host has them: {current, units, instances}."""
        return self._ask({"host": host, "request": {"step": "ps", "app": app}})

    def free_port(self, host: str, first: int, last: int, taken: list[int]) -> int | None:
        """The lowest port from first to last that nobody has on the host and that is not in `taken`."""
        request = {"step": "free_port", "start": first, "end": last, "exclude": taken}
        port = self._ask({"host": host, "request": request}).get("port")
        return port if type(port) is int else None

    def capacity(self, host: str) -> dict[str, int]:
        """The host's size: {memory: bytes, cpus: number}."""
        answer = self._ask({"host": host, "request": {"step": "capacity"}})
        size = {key: answer.get(key) for key in ("memory", "cpus")}
        if not all(type(value) is int and value > 0 for value in size.values()):
            raise UnavailableError("The host did not say how large it is.", code="host_refused")
        return cast(dict[str, int], size)

    def tunnel(self, host: str) -> dict[str, Any]:
        """The host's tunnel as cloudflared tells it: {ready, connections, in_force, version}."""
        return self._ask({"host": host, "request": {"step": "tunnel"}})

    def logs(self, host: str, request: dict[str, Any]) -> LogStream:
        """The lines that a `log_request` asks for."""
        return LogStream(self._path, host, request)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = protocol.parse(self._exchange(protocol.line(question)))
        except (OSError, ValueError):
            raise UnavailableError(
                "The worker does not answer, so the host can't be read. Operations wait until it is "
                "back. Start it: `pvdifyd work`.",
                code="reader_unavailable",
            ) from None
        if "answer" in answer and isinstance(answer["answer"], dict):
            return answer["answer"]
        raise UnavailableError(
            str(answer.get("message", "")), code=str(answer.get("code", "reader_unavailable"))
        )

    def _exchange(self, line: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(self._timeout)
            connection.connect(str(self._path))
            connection.sendall(line)
            with connection.makefile("rb") as answers:
                return answers.readline(protocol.LINE_LIMIT)

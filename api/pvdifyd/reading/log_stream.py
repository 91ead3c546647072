"""The API's end of an app's logs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from pvdifyd.errors import UnavailableError
from pvdifyd.reading import log_request, protocol

# Seconds the worker has to find the first lines: it gives a host 20.
FIRST_TIMEOUT = 25.0

# Seconds of silence after which the worker is taken for dead: it gives a sign of life every second.
SILENCE = 10.0

# A text that is longer is not ours.
LONGEST_TEXT = 64 * 1024 * 1024


class LogStream:
    """Texts of whole lines of JSON, one for each line of the app; empty ones are signs of life.

    Making one returns when the worker has the first lines. That, and taking the texts, raises UnavailableError; its
    codes are reader_unavailable, host_unreachable, host_refused. To be closed.
    """

    def __init__(self, path: Path, host: str, request: dict[str, Any]) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(FIRST_TIMEOUT)
            self._socket.connect(str(path))
            self._socket.sendall(protocol.line({"host": host, "request": request}))
            self._file = self._socket.makefile("rb", buffering=256 * 1024)
            self._header()
            self._socket.settimeout(SILENCE)
        except (OSError, ValueError):
            self.close()
            raise _no_worker() from None
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                header = self._header()
                if header == log_request.END:
                    return
                yield self._text(header)
            except (OSError, ValueError):
                raise _no_worker() from None

    def close(self) -> None:
        """End it; the worker notices."""
        self._socket.close()
        # The socket lives on until its file is closed as well.
        if hasattr(self, "_file"):
            self._file.close()

    def __enter__(self) -> LogStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _header(self) -> dict[str, Any]:
        header = protocol.parse(self._file.readline(protocol.LINE_LIMIT))
        if "code" in header:
            raise UnavailableError(str(header.get("message", "")), code=str(header["code"]))
        return header

    def _text(self, header: dict[str, Any]) -> bytes:
        if header == log_request.BEAT:
            return b""
        size = header.get("bytes", 0)
        if type(size) is not int or not 0 < size <= LONGEST_TEXT:
            raise ValueError("no text of ours")
        text: bytes = self._file.read(size)
        if len(text) != size:
            raise ValueError("cut off")
        return text


def _no_worker() -> UnavailableError:
    return UnavailableError(
        "The worker does not answer, so the logs can't be read. Start it: `pvdifyd work`.",
        code="reader_unavailable",
    )

"""What the proxy will ask of an instance, asked before the instance gets requests.

HAProxy takes a server that joins for well until two of its checks have failed. Whoever would be refused by them has to
be known while those before still serve.
"""

from __future__ import annotations

import math
import re
import socket
import threading
import time
from collections.abc import Sequence

from .answers import StepFailed
from .proxy_file import CHECKED_HOST, Route, Server

# As the proxy does (``proxy_file``: ``fall``, ``fastinter``): each try has all of the check's time.
_TRIES = 2
_PAUSE = 0.2
_LONGEST_LINE = 4096
_STATUS = re.compile(rb"HTTP/1\.\d ([0-9]{3})\b")


def must_answer(route: Route, joining: Sequence[Server]) -> None:
    """Have each enabled server among ``joining`` answer, all of them side by side, as HAProxy's check would have it.

    Raises ``StepFailed(proxy_unhealthy)`` for the first that fails two times.
    """
    refusals: dict[str, str | None] = {}

    def ask(server: Server) -> None:
        refusals[server.name] = _refusal(route, server.port)

    asked = [server for server in joining if server.enabled]
    threads = [threading.Thread(target=ask, args=(server,), daemon=True) for server in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in asked:
        refusal = refusals[server.name]
        if refusal is not None:
            raise _unhealthy(route, server, refusal)


def _refusal(route: Route, port: int) -> str | None:
    """What was wrong the last time, None where an answer was well."""
    refusal = _ask(route, port)
    for _ in range(_TRIES - 1):
        if refusal is None:
            break
        time.sleep(_PAUSE)
        refusal = _ask(route, port)
    return refusal


def _ask(route: Route, port: int) -> str | None:
    path, until = route.path, time.monotonic() + math.ceil(route.timeout)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_left(until)) as connection:
            if path is None:
                return None
            head = f"GET {path} HTTP/1.1\r\nHost: {CHECKED_HOST}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            line = _first_line(connection, until)
    except OSError as trouble:
        return f"no answer ({trouble})"
    status = _STATUS.match(line)
    if status is None:
        return "no answer in HTTP/1.1"
    return None if 200 <= int(status[1]) <= 399 else line.decode("utf-8", errors="replace").strip()


def _first_line(connection: socket.socket, until: float) -> bytes:
    """All that the proxy looks at: the status. A body may never end."""
    received = b""
    while b"\n" not in received and len(received) < _LONGEST_LINE:
        connection.settimeout(_left(until))
        part = connection.recv(_LONGEST_LINE)
        if not part:
            break
        received += part
    return received.partition(b"\n")[0]


def _left(until: float) -> float:
    """Seconds until then; never 0, which would mean not to wait at all."""
    return max(0.01, until - time.monotonic())


def _unhealthy(route: Route, server: Server, refusal: str) -> StepFailed:
    what = f"a connection to port {server.port}"
    rule = f"The app must take connections on $PORT from outside its container ({server.name})."
    if route.path is not None:
        what = f"GET {route.path} on port {server.port} with Host: {CHECKED_HOST}"
        rule = f"The app must answer GET {route.path} with 200 to 399, also with the header Host: {CHECKED_HOST}."
    return StepFailed(
        "proxy_unhealthy",
        f"The proxy's own check of {server.name} would fail: {what} was not answered well.",
        probe=f"{what}: {refusal}",
        next_step=rule,
    )

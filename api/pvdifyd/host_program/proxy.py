"""Talking to the host's HAProxy: its configuration check, its reload, its runtime API.

The file is the truth after a reboot; the runtime API moves traffic without one (HAProxy management guide, 9.3).
"""

from __future__ import annotations

import csv
import socket
import time
from collections.abc import Sequence

from .answers import StepFailed
from .commands import must_run, run
from .names import PROXY_APPS, PROXY_GLOBAL, PROXY_SOCKET, PROXY_UNIT
from .proxy_file import Server

_TABLE = "/proc/net/tcp"
_ESTABLISHED = "01"
_LOOPBACK = socket.inet_aton("127.0.0.1")[::-1].hex().upper()


def ask(command: str) -> str:
    """The answer to one command of the runtime API.

    Raises ``StepFailed(proxy_down)`` where HAProxy does not answer.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            connection.connect(str(PROXY_SOCKET))
            connection.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode("utf-8", errors="replace")
    except OSError as unreachable:
        raise StepFailed(
            "proxy_down",
            f"The host's proxy does not answer on {PROXY_SOCKET}: {unreachable}.",
            next_step=f"On the host: systemctl status {PROXY_UNIT}",
        ) from unreachable


def running() -> bool:
    return run(["systemctl", "is-active", "--quiet", PROXY_UNIT]).ok


def servers(backend: str) -> dict[str, int]:
    """The port of each server HAProxy now sends requests to."""
    found = {}
    for line in ask(f"show servers state {backend}").splitlines():
        fields = line.split()
        # be_id be_name srv_id srv_name srv_addr ... srv_port is the 19th (management guide, "show servers state").
        if len(fields) > 18 and fields[1] == backend:
            found[fields[3]] = int(fields[18])
    return found


def point(backend: str, wanted: Sequence[Server]) -> None:
    """Send new requests to these ports from now on; requests in flight end where they began."""
    for server in wanted:
        said = ask(f"set server {backend}/{server.name} addr 127.0.0.1 port {server.port}").strip()
        if said and "changed" not in said and "no need to change" not in said:
            raise StepFailed("proxy_rejected", f"The host's proxy refused to move {server.name}: {said}")


def check_configuration() -> None:
    """Raises ``StepFailed(proxy_rejected)`` where HAProxy would not take the files as they are."""
    checked = run(["haproxy", "-c", "-q", "-f", str(PROXY_GLOBAL), "-f", str(PROXY_APPS)])
    if not checked.ok:
        raise StepFailed(
            "proxy_rejected",
            "The host's proxy refuses its configuration.",
            logs=checked.errors.splitlines()[-5:],
        )


def reload() -> None:
    """Have HAProxy read its files again, without losing a request."""
    must_run(["systemctl", "reload-or-restart", PROXY_UNIT], code="proxy_down")


def wait_until_up(backend: str, *, deadline: float) -> None:
    """Wait until every server of the backend passes the proxy's own check.

    Raises ``StepFailed(proxy_unhealthy)`` when one has not after ``deadline`` seconds.
    """
    until = time.monotonic() + deadline
    while down := _servers_down(backend):
        if time.monotonic() > until:
            raise StepFailed(
                "proxy_unhealthy",
                f"The proxy's own check of {', '.join(down)} still fails after {deadline:.0f} s.",
                next_step="The app must answer its health check with 200 to 399, also with the header Host: localhost.",
            )
        time.sleep(0.02)


def _servers_down(backend: str) -> list[str]:
    rows = list(csv.DictReader(ask(f"show stat {backend} 4 -1").lstrip("# ").splitlines()))
    return [row["svname"] for row in rows if not row["status"].startswith(("UP", "no check"))]


def connections_to(ports: Sequence[int]) -> int:
    """How many connections to these local ports are open: what a drain waits for."""
    wanted = set(ports)
    with open(_TABLE, encoding="ascii") as lines:
        next(lines, None)
        remotes = [fields[2].split(":") for line in lines if (fields := line.split())[3] == _ESTABLISHED]
    return sum(address == _LOOPBACK and int(port, 16) in wanted for address, port in remotes)


def drain(ports: Sequence[int], *, timeout: float) -> bool:
    """Wait until nobody is connected to these ports; False when ``timeout`` seconds passed first."""
    until = time.monotonic() + timeout
    while connections_to(ports):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True

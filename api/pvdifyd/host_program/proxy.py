"""Talking to the host's HAProxy: its configuration check, its reload, its runtime API.

The file is the truth after a reboot; the runtime API moves traffic without one (HAProxy management guide, 9.3).
"""

from __future__ import annotations

import csv
import socket
import time
from collections.abc import Collection, Sequence

from .answers import StepFailed
from .commands import must_run, run
from .names import PROXY_APPS, PROXY_GLOBAL, PROXY_SOCKET, PROXY_UNIT
from .proxy_file import Server

_TABLE = "/proc/net/tcp"
_ESTABLISHED = "01"
_FORCED_MAINTENANCE = 0x01
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


def servers(backend: str) -> dict[str, Server]:
    """The servers HAProxy has for a backend now, by name; none where it does not know the backend."""
    found = {}
    for line in ask(f"show servers state {backend}").splitlines():
        fields = line.split()
        # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state … srv_port is the 19th (management guide,
        # "show servers state").
        if len(fields) > 18 and fields[1] == backend:
            enabled = not int(fields[6]) & _FORCED_MAINTENANCE
            found[fields[3]] = Server(fields[3], int(fields[18]), enabled)
    return found


def point(backend: str, wanted: Sequence[Server]) -> None:
    """Send new requests to these servers from now on; requests in flight end where they began.

    Those that get requests come first, so that there is somebody to answer at any moment.
    """
    for server in sorted(wanted, key=lambda one: not one.enabled):
        name = f"{backend}/{server.name}"
        if server.enabled:
            _tell(
                server,
                f"set server {name} addr 127.0.0.1 port {server.port}",
                ("changed", "no need to change"),
            )
            _tell(server, f"enable server {name}")
        else:
            _tell(server, f"disable server {name}")


def _tell(server: Server, command: str, welcome: Sequence[str] = ()) -> None:
    said = ask(command).strip()
    if said and not any(words in said for words in welcome):
        raise StepFailed("proxy_rejected", f"The host's proxy refused to change {server.name}: {said}")


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


def wait_until_up(backend: str, wanted: Sequence[Server], *, deadline: float) -> None:
    """Wait until every enabled server passes the proxy's own check.

    Raises ``StepFailed(proxy_unhealthy)`` when one has not after ``deadline`` seconds.
    """
    enabled = {server.name for server in wanted if server.enabled}
    until = time.monotonic() + deadline
    while down := _servers_down(backend, enabled):
        if time.monotonic() > until:
            raise StepFailed(
                "proxy_unhealthy",
                f"The proxy's own check of {', '.join(down)} still fails after {deadline:.0f} s.",
                next_step="The app must answer its health check with 200 to 399, also with the header Host: localhost.",
            )
        time.sleep(0.02)


def _servers_down(backend: str, names: Collection[str]) -> list[str]:
    rows = csv.DictReader(ask(f"show stat {backend} 4 -1").lstrip("# ").splitlines())
    return [
        row["svname"]
        for row in rows
        if row["svname"] in names and not row["status"].startswith(("UP", "no check"))
    ]


def in_flight(backend: str, ports: Collection[int]) -> int:
    """How many requests these local ports are busy with: the connections to them, less those that the proxy only
    keeps open to use again."""
    return max(0, _connections_to(ports) - _kept_idle(backend, ports))


def _connections_to(ports: Collection[int]) -> int:
    with open(_TABLE, encoding="ascii") as lines:
        next(lines, None)
        remotes = [fields[2].split(":") for line in lines if (fields := line.split())[3] == _ESTABLISHED]
    return sum(address == _LOOPBACK and int(port, 16) in ports for address, port in remotes)


def _kept_idle(backend: str, ports: Collection[int]) -> int:
    # name id addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur …
    # (management guide, "show servers conn").
    try:
        rows = [line.split() for line in ask(f"show servers conn {backend}").splitlines()]
    except StepFailed:
        return 0  # while it reloads: connections alone say when nobody is busy any more
    return sum(
        int(row[12])
        for row in rows
        if len(row) > 12 and row[0].startswith(f"{backend}/") and row[3].isdigit() and int(row[3]) in ports
    )


def drain(backend: str, ports: Collection[int], *, timeout: float) -> bool:
    """Wait until these ports are busy with nothing; False when ``timeout`` seconds passed first."""
    until = time.monotonic() + timeout
    while ports and in_flight(backend, ports):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True

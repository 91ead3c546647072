"""The program Caddy on this host: its check of a configuration, its reload, and what is in force."""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import Any

from .. import names, ports, systemctl
from ..answers import StepFailed
from ..changes import write_atomically
from ..commands import must_run, run

PORTS = (80, 443)
PATIENCE = 20.0
POLL_SECONDS = 0.2
_CANDIDATE = names.RUNTIME / "caddy-candidate"


def assert_installed() -> None:
    """Raises ``StepFailed(edge_not_ready)`` where the host has no Caddy of ours."""
    if not (names.UNITS / names.CADDY_UNIT).exists():
        raise StepFailed(
            "edge_not_ready",
            f"This host has no Caddy of pvdify's: {names.CADDY_UNIT} is missing.",
            next_step="Prepare it: pvdify edge:set caddy, or ansible-playbook playbooks/edge.yml",
        )


def is_running() -> bool:
    return systemctl.states([names.CADDY_UNIT])[names.CADDY_UNIT].running


def assert_ports_free() -> None:
    """Raises ``StepFailed(edge_port_taken)``; for a Caddy that does not run yet."""
    taken = [port for port in PORTS if not ports.is_free(port)]
    if taken:
        raise StepFailed(
            "edge_port_taken",
            f"Port {' and '.join(map(str, taken))} of the host is in use by something that is not pvdify's Caddy.",
            next_step="End what uses it, or have it bring the requests itself: pvdify edge:set none",
        )


def validate(text: str) -> None:
    """Have Caddy check a configuration. Raises ``StepFailed(ingress_invalid)`` with its words."""
    write_atomically(_CANDIDATE, text, 0o644)
    try:
        # It makes what it will need, which must be its own account's.
        account = ["runuser", "-u", names.CADDY_ACCOUNT, "--"]
        checked = run(
            [*account, "caddy", "validate", "--adapter", "caddyfile", "--config", str(_CANDIDATE)],
            variables={"HOME": str(names.CADDY_STATE)},
        )
    finally:
        _CANDIDATE.unlink(missing_ok=True)
    if not checked.ok:
        raise StepFailed(
            "ingress_invalid",
            f"Caddy refuses its new configuration: {checked.last_line()} The one before is in force.",
            next_step="Remove the domain that is meant (pvdify domains:remove), and add it again.",
        )


def is_in_force() -> bool:
    """Whether the running Caddy goes by the files that are there: its configuration, and its unit."""
    return not _began_before_its_unit() and _goes_by_its_configuration()


def _goes_by_its_configuration() -> bool:
    adapted = run(["caddy", "adapt", "--adapter", "caddyfile", "--config", str(names.CADDYFILE)])
    running = _configuration()
    return adapted.ok and running is not None and json.loads(adapted.raw) == running


def bring_into_force() -> None:
    """Start it, or have it read its file again without losing a request; it is restarted where its unit is newer than
    what runs, as after a run that was cut off before its restart.

    Raises ``StepFailed(ingress_invalid)`` where it does not go by the file after ``PATIENCE`` seconds.
    """
    if not is_running():
        systemctl.start([names.CADDY_UNIT])
    elif _began_before_its_unit():
        systemctl.reload()
        systemctl.restart(names.CADDY_UNIT)
    else:
        must_run(["systemctl", "reload", names.CADDY_UNIT], timeout=PATIENCE + 10, code="ingress_invalid")
    until = time.monotonic() + PATIENCE
    while not _goes_by_its_configuration():
        if time.monotonic() > until:
            raise StepFailed(
                "ingress_invalid",
                f"Caddy does not go by its new configuration after {PATIENCE:.0f} s.",
                next_step=f"On the host: journalctl -u {names.CADDY_UNIT}",
            )
        time.sleep(POLL_SECONDS)


def _began_before_its_unit() -> bool:
    written = (names.UNITS / names.CADDY_UNIT).stat().st_mtime
    started = systemctl.states([names.CADDY_UNIT])[names.CADDY_UNIT].started
    # One from the future was written before the clock was set back.
    return started < written < time.time()


class _Admin(http.client.HTTPConnection):
    """Caddy's own interface, at a socket that only root and its account can reach."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(names.CADDY_ADMIN))


def _configuration() -> Any:
    connection = _Admin("caddy", timeout=5)
    try:
        # At a socket it allows no name of a host but the empty one.
        connection.putrequest("GET", "/config/", skip_host=True)
        connection.putheader("Host", "")
        connection.endheaders()
        return json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()

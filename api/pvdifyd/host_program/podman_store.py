"""podman's own secrets, asked for through its API: five milliseconds each, where a command takes sixty.

The service runs for as long as the step needs it, on a socket in a folder that only root can enter. See podman's
libpod API, "secrets", and podman-secret-create(1) for the driver ``shell``.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from .answers import StepFailed

_VERSION = "/v5.0.0/libpod"
_PATIENCE = 20.0


class Store:
    """The secrets podman knows of."""

    def __init__(self, socket_path: Path) -> None:
        self._connection = _Connection(socket_path)

    def names(self) -> set[str]:
        return {one["Spec"]["Name"] for one in self._ask("GET", "/secrets/json")}

    def create(self, name: str, file: Path, labels: dict[str, str]) -> None:
        """Have a secret whose value is whatever ``file`` holds when a container starts; podman stores no value."""
        # Every part of the path was checked to be letters, digits, dashes and underscores.
        driver = {"list": "true", "lookup": f"cat -- {file}", "store": "cat >/dev/null", "delete": "true"}
        query = {
            "name": name,
            "driver": "shell",
            "driveropts": json.dumps(driver),
            "labels": json.dumps(labels),
        }
        self._ask("POST", f"/secrets/create?{urlencode(query)}", b"-")

    def remove(self, name: str) -> None:
        self._ask("DELETE", f"/secrets/{quote(name)}")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        self._connection.request(method, _VERSION + path, body=body)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            said = text.decode("utf-8", errors="replace").strip()
            raise StepFailed(
                "host_command_failed", f"podman refused {method} of a secret on the host: {said}"
            )
        return json.loads(text) if text.strip() else None


@contextmanager
def store(folder: Path) -> Iterator[Store]:
    """podman's store, reached through a socket in ``folder``. Raises ``StepFailed(host_timeout)``."""
    _remove_left_behind(folder)
    path = folder / f".podman-{os.getpid()}.sock"
    service = subprocess.Popen(
        ["/usr/bin/podman", "system", "service", "--time=60", f"unix://{path}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(path, service)
        yield Store(path)
    finally:
        service.terminate()
        service.wait()
        path.unlink(missing_ok=True)


def _remove_left_behind(folder: Path) -> None:
    """The sockets of steps that were killed."""
    for left in folder.glob(".podman-*.sock"):
        if not Path("/proc", left.stem.rpartition("-")[2]).exists():
            left.unlink(missing_ok=True)


def _wait_for(path: Path, service: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and service.poll() is None:
        with socket.socket(socket.AF_UNIX) as trial:
            if trial.connect_ex(str(path)) == 0:
                return
        time.sleep(0.01)
    raise StepFailed("host_timeout", "podman's service did not come up on the host.")


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))

"""Cloudflare's stand-ins in the demo: its API on this machine, its program cloudflared on the demo host.

What Cloudflare would send to the host comes in at ENTRY_PORT of the host instead.
"""

import base64
import http.client
import json
import os
import secrets
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import certificates, processes, ssh
from .errors import DemoError
from .settings import CHECKOUT, Settings

ROLE = "cloudflare"
PORT = 7443
ENTRY_PORT = 7844
START_SECONDS = 15
ZONE = "example.com"
TUNNEL = "7f0d6c2a-3f61-4f0e-9d5b-2b8c1a7e4d90"
PROGRAM = CHECKOUT / "demo" / "stand_ins" / "cloudflared"
# On the demo host.
INSTALLED = "/usr/local/bin/cloudflared"
AUTHORITY_ON_HOST = "/usr/local/share/cloudflare-stand-in.crt"
DROP_IN = "/etc/systemd/system/pvdify-cloudflared.service.d/stand-in.conf"
_WRITE = 'mkdir -p "$(dirname "$1")" && cat >"$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1"'


@dataclass(frozen=True)
class Account:
    """What a person would have from Cloudflare. credentials: a file, as `cloudflared tunnel create` writes it."""

    account_id: str
    tunnel_id: str
    token: str
    credentials: Path
    endpoint: str
    authority: Path

    def edge_options(self) -> list[str]:
        """What follows `pvdify edge:set cloudflare`; the token goes to its standard input."""
        return [
            *("--account-id", self.account_id, "--tunnel-id", self.tunnel_id),
            *("--endpoint", self.endpoint, "--authority-file", str(self.authority)),
            *("--install", "present", "--credentials-file", str(self.credentials), "--token-stdin"),
        ]


def ensure(settings: Settings) -> Account:
    """Starts the API where it isn't running, with a zone and a tunnel in it. The demo host is up."""
    certificates.ensure(_directory(settings) / "tls", settings.machine_address)
    if not (processes.find(settings.marker, ROLE) and _answers(settings)):
        _start(settings)
    return _account(settings)


def stop(settings: Settings) -> None:
    processes.stop(settings.marker, ROLE)


def install_program(settings: Settings) -> None:
    """Puts the program on the host, and tells its service where the API is. What is there already stays as it is."""
    environment = {
        "PVDIFY_STAND_IN_LISTEN": f"0.0.0.0:{ENTRY_PORT}",
        "PVDIFY_STAND_IN_API": _url(settings),
        "PVDIFY_STAND_IN_AUTHORITY": AUTHORITY_ON_HOST,
    }
    lines = ["[Service]", *(f"Environment={name}={value}" for name, value in environment.items())]
    _put(settings, PROGRAM.read_text(), INSTALLED, "0755")
    _put(settings, _authority(settings).read_text(), AUTHORITY_ON_HOST, "0644")
    _put(settings, "\n".join(lines) + "\n", DROP_IN, "0644")
    ssh.on_host(settings, "systemctl", "daemon-reload")


def control(settings: Settings, method: str, path: str, body: object = None) -> Any:
    """Tells the API's control address something, or asks it; DemoError when it refuses."""
    status, answer = _ask(settings, method, f"/_control/{path}", body)
    if status != 200:
        raise DemoError(f"the stand-in for Cloudflare refused {method} {path}: {answer}")
    return answer


def entry(settings: Settings) -> str:
    """Where a request for any of the host's domains comes in."""
    return f"http://{settings.host_address}:{ENTRY_PORT}"


def _start(settings: Settings) -> None:
    processes.stop(settings.marker, ROLE)
    directory = _directory(settings)
    log = directory / "log"
    files = [
        f"--certificate={directory}/tls/server.crt",
        f"--key={directory}/tls/server.key",
        f"--state={directory}/state.json",
    ]
    processes.start(
        [sys.executable, "-m", "demo.stand_ins.cloudflare", f"--listen={_address(settings)}", *files],
        role=ROLE,
        marker=settings.marker,
        log=log,
        environment={"PATH": os.defpath, "PYTHONPATH": str(CHECKOUT)},
    )
    deadline = time.monotonic() + START_SECONDS * settings.slowness
    while not _answers(settings):
        if time.monotonic() > deadline or not processes.find(settings.marker, ROLE):
            raise DemoError(f"the stand-in for Cloudflare did not start:\n{processes.last_lines(log)}")
        time.sleep(0.05)


def _account(settings: Settings) -> Account:
    directory = _directory(settings)
    token, secret = _kept(directory / "token"), _kept(directory / "secret")
    control(settings, "PUT", "token", {"token": token})
    control(settings, "POST", "zones", {"name": ZONE})
    control(settings, "POST", "tunnels", {"name": settings.name, "secret": secret, "identity": TUNNEL})
    account_id = control(settings, "GET", "state")["account_id"]
    credentials = directory / "credentials.json"
    _write(credentials, json.dumps({"AccountTag": account_id, "TunnelID": TUNNEL, "TunnelSecret": secret}))
    endpoint = f"{_url(settings)}/client/v4"
    return Account(account_id, TUNNEL, token, credentials, endpoint, _authority(settings))


def _kept(path: Path) -> str:
    """The secret in that file, made where there is none."""
    if not path.exists():
        _write(path, base64.b64encode(secrets.token_bytes(32)).decode())
    return path.read_text()


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _put(settings: Settings, text: str, path: str, mode: str) -> None:
    put = ssh.on_host(settings, "sh", "-c", _WRITE, "sh", path, mode, standard_input=text)
    if put.returncode != 0:
        raise DemoError(f"{path} can't be written on the demo host:\n{put.stderr}")


def _answers(settings: Settings) -> bool:
    try:
        return _ask(settings, "GET", "/_control/state")[0] == 200
    except OSError:
        return False


def _ask(settings: Settings, method: str, path: str, body: object = None) -> tuple[int, Any]:
    trust = ssl.create_default_context(cafile=str(_authority(settings)))
    connection = http.client.HTTPSConnection(str(settings.machine_address), PORT, timeout=10, context=trust)
    try:
        given = None if body is None else json.dumps(body)
        connection.request(method, path, given, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


def _url(settings: Settings) -> str:
    return f"https://{_address(settings)}"


def _address(settings: Settings) -> str:
    return f"{settings.machine_address}:{PORT}"


def _authority(settings: Settings) -> Path:
    return _directory(settings) / "tls" / "ca.crt"


def _directory(settings: Settings) -> Path:
    return settings.directory / "cloudflare"

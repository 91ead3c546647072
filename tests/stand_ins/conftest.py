"""The stand-in for Cloudflare's API, with a certificate of its own, and the one for its program."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from demo import certificates
from demo.stand_ins.cloudflare.server import Server
from demo.stand_ins.cloudflare.stand_in import StandIn
from tests.stand_ins.account import Account
from tests.stand_ins.origin import Origin
from tests.stand_ins.program import Program


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an authority and a certificate for 127.0.0.1."""
    directory = tmp_path_factory.mktemp("certificate")
    certificates.ensure(directory, IPv4Address("127.0.0.1"))
    return directory


@pytest.fixture
def account(certificate: Path) -> Iterator[Account]:
    server = Server(StandIn(), certificate=certificate / "server.crt", key=certificate / "server.key")
    server.start()
    yield Account(server, certificate / "ca.crt")
    server.stop()


@pytest.fixture
def origin() -> Iterator[Origin]:
    """What a tunnel leads to."""
    with Origin() as started:
        yield started


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Starts the stand-in for cloudflared with that configuration; all are gone after the test."""
    started: list[Program] = []

    def start(configuration: dict[str, object], **environment: str) -> Program:
        started.append(Program(tmp_path / str(len(started)), configuration, environment))
        return started[-1]

    yield start
    for each in started:
        each.stop()

"""What the CLI's tests share: a fake server, and `pvdify` as a function."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pvdify.api import follow, log_follow
from pvdify.main import cli
from tests.cli.at_terminal import AtTerminal, terminal_of
from tests.cli.certificates import self_signed
from tests.cli.fake_server import FakeServer

Run = Callable[..., Result]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server with no apps."""
    fake = FakeServer()
    yield fake
    fake.stop()


@pytest.fixture
def app(server: FakeServer) -> str:
    """An app that was deployed twice."""
    server.state.create({"name": "myapp"})
    server.state.release("myapp", "docker.io/acme/myapp:v1")
    server.state.release("myapp", "docker.io/acme/myapp:v2")
    return "myapp"


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the person who runs the tests, no `.pvdify` file, and no long pauses."""
    for name in (
        "PVDIFY_URL",
        "PVDIFY_TOKEN",
        "PVDIFY_CA_FILE",
        "PVDIFY_CONTEXT",
        "PVDIFY_APP",
        "PVDIFY_DEBUG",
        "NO_COLOR",
        "VISUAL",
        "EDITOR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    # Imported, it is not there: no test touches a real keyring.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.chdir(tmp_path)
    for module in (follow, log_follow):
        monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.02)


@pytest.fixture
def pvdify(server: FakeServer) -> Run:
    """Run `pvdify` with arguments, signed in to the fake server.

    `piped` is its standard input; other keywords are environment variables.
    """

    def run(*arguments: str, piped: bytes | None = None, **environment: str | None) -> Result:
        signed_in = {"PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token}
        return CliRunner().invoke(
            cli, list(arguments), input=piped, prog_name="pvdify", env={**signed_in, **environment}
        )

    return run


@pytest.fixture
def at_terminal(server: FakeServer) -> AtTerminal:
    """Run `pvdify` at a terminal, signed in to the fake server."""
    return terminal_of(server)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate that no system trusts, and its key."""
    (tmp_path / "first").mkdir()
    return self_signed(tmp_path / "first")


@pytest.fixture
def other_certificate(tmp_path: Path) -> tuple[str, str]:
    """Another one, as an attacker or a renewal has it."""
    (tmp_path / "other").mkdir()
    return self_signed(tmp_path / "other")


@pytest.fixture
def tls_server(certificate: tuple[str, str]) -> Iterator[FakeServer]:
    """A server with that certificate."""
    fake = FakeServer(certificate)
    yield fake
    fake.stop()


@pytest.fixture
def alone() -> Run:
    """Run `pvdify` with arguments, where no variable names a server or token."""

    def run(*arguments: str, piped: bytes | None = None, **environment: str | None) -> Result:
        return CliRunner().invoke(cli, list(arguments), input=piped, prog_name="pvdify", env=environment)

    return run

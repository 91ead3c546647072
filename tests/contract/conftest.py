"""The command line and the API with nothing false in between but the host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from pvdify.main import cli
from pvdifyd.http.application import create_application
from pvdifyd.http.services import Services
from pvdifyd.models import Host
from tests.api.conftest import database, empty_database, host, services, settings, token

__all__ = ["database", "empty_database", "host", "services", "settings", "token"]

Run = Callable[..., Result]


@pytest.fixture
def pvdify(
    services: Services, token: str, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run `pvdify` in an empty directory, signed in to a real API with one host."""
    server = make_server("127.0.0.1", 0, create_application(services), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.chdir(tmp_path)
    signed_in = {"PVDIFY_URL": f"http://127.0.0.1:{server.server_port}", "PVDIFY_TOKEN": token}

    def run(*arguments: str, piped: bytes | None = None) -> Result:
        return CliRunner().invoke(cli, list(arguments), input=piped, prog_name="pvdify", env=signed_in)

    yield run
    server.shutdown()
    server.server_close()

"""The daemon as it is started: set up by its commands, gunicorn over TLS, stopped by a signal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from pvdifyd import models
from pvdifyd.models import Host, Secret
from pvdifyd.settings import Settings
from pvdifyd.worker.main import work
from tests.api.age_identity import Identity
from tests.api.conftest import eventually
from tests.api.fake_engine import FakeEngine


def pvdifyd(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "pvdifyd", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@dataclass
class Daemon:
    """A daemon's home and its API's address."""

    environment: dict[str, str]
    url: str
    session: requests.Session

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.environment)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-P", "-m", "pvdifyd", *arguments], env=self.environment)
        try:
            eventually(lambda: process.poll() is None and self._answers(), seconds=30)
        except BaseException:
            process.terminate()
            raise
        return process

    def _answers(self) -> bool:
        try:
            return self.session.get(f"{self.url}/health", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that another account can reach, which pytest's own directories are not."""
    directory = Path(tempfile.mkdtemp(prefix="pvdifyd-test-"))
    directory.chmod(0o755)
    yield directory / "home"
    shutil.rmtree(directory)


@pytest.fixture
def daemon(home: Path, request: pytest.FixtureRequest) -> Daemon:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    user = getattr(request, "param", "root")
    ours = {"PVDIFYD_HOME": str(home), "PVDIFYD_USER": user, "PVDIFYD_LISTEN": address}
    environment = {**os.environ, **ours}
    made = pvdifyd("init", "--san", "box.example", environment=environment)
    assert made.returncode == 0, made.stderr
    token = pvdifyd("token", "create", "--name", "tester", environment=environment).stdout.strip()
    session = requests.Session()
    # A REQUESTS_CA_BUNDLE of the machine would win over `verify`.
    session.trust_env = False
    session.verify = str(home / "tls" / "certificate.pem")
    session.headers["Authorization"] = f"Bearer {token}"
    return Daemon(environment, f"https://{address}", session)


def stop(process: subprocess.Popen[bytes], seconds: float) -> int:
    """The exit code, which must come within the seconds."""
    process.send_signal(signal.SIGTERM)
    return process.wait(seconds)


@pytest.fixture
def server(daemon: Daemon) -> Iterator[subprocess.Popen[bytes]]:
    process = daemon.start("serve")
    yield process
    if process.poll() is None:
        process.kill()
        process.wait(10)


@pytest.fixture
def engine(daemon: Daemon) -> Iterator[FakeEngine]:
    """The engine of a worker that runs beside the server."""
    models.connect(daemon.settings.database)
    Host.create(name="demo")
    engine, ended = FakeEngine(), threading.Event()
    thread = threading.Thread(target=work, args=(daemon.settings, engine, ended))
    thread.start()
    eventually(daemon.settings.reader_path.exists)
    yield engine
    if engine.gate is not None:
        engine.gate.set()
    ended.set()
    thread.join(20)
    models.close()


def test_a_deploy_over_tls(daemon: Daemon, server: Any, engine: FakeEngine) -> None:
    api, url = daemon.session, f"{daemon.url}/api/v1"
    assert api.get(f"{daemon.url}/ready").json()["worker"] == "ok"
    assert api.get(f"{url}/apps", headers={"Authorization": ""}).status_code == 401
    assert api.post(f"{url}/apps", json={"name": "myapp"}).status_code == 201
    accepted = api.post(f"{url}/apps/myapp/releases", json={"image": "nginx"})
    assert accepted.status_code == 202
    with api.get(f"{daemon.url}{accepted.headers['Location']}/events", stream=True, timeout=20) as stream:
        lines = [line for line in stream.iter_lines(decode_unicode=True) if line.startswith("data: ")]
    assert json.loads(lines[-1].removeprefix("data: "))["status"] == "succeeded"
    assert api.get(f"{url}/apps/myapp/ps").json()[0]["state"] == "healthy"


def test_a_client_that_does_not_trust_the_certificate_refuses_it(daemon: Daemon, server: Any) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{daemon.url}/health", timeout=5)


def test_a_body_over_the_limit_is_refused_however_it_is_sent(daemon: Daemon, server: Any) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    headers = {"Content-Type": "application/json"}
    answer = daemon.session.post(f"{daemon.url}/api/v1/apps", data=chunks(), headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_silent_connections_do_not_keep_others_out(daemon: Daemon, server: Any) -> None:
    address = (daemon.settings.listen.host, daemon.settings.listen.port)
    silent = [socket.create_connection(address, timeout=5) for _ in range(100)]
    began = time.monotonic()
    assert daemon.session.get(f"{daemon.url}/health", timeout=10).status_code == 200
    assert time.monotonic() - began < 8
    for connection in silent:
        connection.close()


def test_the_server_stops_at_once_though_a_stream_is_open(
    daemon: Daemon, server: subprocess.Popen[bytes], engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    url = f"{daemon.url}/api/v1"
    daemon.session.post(f"{url}/apps", json={"name": "myapp"})
    accepted = daemon.session.post(f"{url}/apps/myapp/releases", json={"image": "nginx"})
    with daemon.session.get(
        f"{daemon.url}{accepted.headers['Location']}/events", stream=True, timeout=20
    ) as open_one:
        lines = open_one.iter_lines(decode_unicode=True)
        assert any("queued" in line for line in (next(lines) for _ in range(6)))
        began = time.monotonic()
        assert stop(server, seconds=10) == 0
        assert time.monotonic() - began < 8
        assert not [line for line in lines if "succeeded" in line]


def test_the_server_stops_soon_though_who_follows_a_log_takes_nothing(
    daemon: Daemon, server: subprocess.Popen[bytes], engine: FakeEngine
) -> None:
    daemon.session.post(f"{daemon.url}/api/v1/apps", json={"name": "myapp"})
    url = f"{daemon.url}/api/v1/apps/myapp/logs?follow=true"
    with daemon.session.get(url, stream=True, timeout=20) as stalled:
        assert stalled.status_code == 200
        for _ in range(100):  # ten times as much as the system keeps on the way
            engine.logs.write(*["x" * 1000] * 1000)
        time.sleep(2)
        assert daemon.session.get(f"{daemon.url}/health", timeout=5).status_code == 200
        began = time.monotonic()
        assert stop(server, seconds=20) == 0
        assert time.monotonic() - began < 10


@pytest.mark.root
@pytest.mark.parametrize("daemon", ["nobody"], indirect=True)
def test_the_api_gives_up_root_and_the_worker_shares_its_files(
    daemon: Daemon, server: subprocess.Popen[bytes], engine: FakeEngine, identity: Identity
) -> None:
    processes = [server.pid, *children(server.pid)]
    assert len(processes) == 2
    for process in processes:
        status = Path(f"/proc/{process}/status").read_text()
        uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
        assert "0" not in uids
    api, url = daemon.session, f"{daemon.url}/api/v1"
    assert api.post(f"{url}/apps", json={"name": "myapp"}).status_code == 201
    operation = api.post(f"{url}/apps/myapp/releases", json={"image": "nginx"}).json()["operation"]
    eventually(lambda: api.get(f"{url}/operations/{operation}").json()["status"] == "succeeded")
    assert api.get(f"{url}/apps/myapp/ps").status_code == 200
    # Nothing is left that would have to be loaded from a folder of root's.
    assert api.get(f"{url}/openapi.json").status_code == api.get(f"{url}/docs").status_code == 200
    assert f"curl -fsSL {daemon.url}/install.sh | bash" in api.get(f"{daemon.url}/install.sh").text
    assert api.get(f"{url}/operations/{operation}/events", timeout=20).status_code == 200
    assert api.post(f"{url}/apps", data="{", headers={"Content-Type": "application/json"}).status_code == 400
    assert api.post(f"{url}/apps", json={"name": "My_App"}).status_code == 422
    assert api.patch(f"{url}/apps/myapp", json={"image": "a;id"}).status_code == 422
    assert api.delete(f"{url}/apps/none").status_code == 404
    Host.update(recipient=identity.recipient).execute()
    secret = {"secrets": {"TOKEN": "canary"}, "restart": False}
    assert api.put(f"{url}/apps/myapp/config", json=secret).json()["secrets"] == {"TOKEN": "v1"}
    assert identity.read(Secret.get().document)["value"] == "canary"
    modes = {
        path.name: (path.owner(), path.stat().st_mode & 0o777) for path in daemon.settings.home.iterdir()
    }
    assert modes["ssh"] == ("root", 0o700)
    assert modes["tls"] == ("root", 0o755)
    assert modes["data"] == ("nobody", 0o700)
    assert modes["reader.sock"] == ("nobody", 0o600)
    assert {path.owner() for path in daemon.settings.data_directory.iterdir()} == {"nobody"}


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_api_and_worker_start_and_stop_together(daemon: Daemon) -> None:
    process = daemon.start()
    eventually(lambda: daemon.session.get(f"{daemon.url}/ready", timeout=5).status_code == 200, seconds=20)
    assert len(children(process.pid)) == 2
    assert stop(process, seconds=20) == 0
    assert not daemon.settings.reader_path.exists()


def test_both_end_though_what_started_them_was_killed(daemon: Daemon) -> None:
    process = daemon.start()
    eventually(daemon.settings.reader_path.exists, seconds=20)
    started = children(process.pid)
    process.kill()
    process.wait(5)
    eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in started), seconds=20)


def is_ready(daemon: Daemon) -> bool:
    with suppress(requests.ConnectionError):
        return daemon.session.get(f"{daemon.url}/ready", timeout=5).status_code == 200
    return False


def command_of(process: int) -> str:
    words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    return words[-2].decode()


@pytest.mark.root
@pytest.mark.parametrize("daemon", ["nobody"], indirect=True)
@pytest.mark.parametrize("killed", ["work", "serve"])
def test_one_that_is_killed_is_started_again_and_the_other_goes_on(daemon: Daemon, killed: str) -> None:
    process = daemon.start()
    try:
        eventually(lambda: is_ready(daemon), seconds=20)
        before = {command_of(child): child for child in children(process.pid)}
        below = children(before[killed])
        os.kill(before[killed], signal.SIGKILL)
        eventually(lambda: len(children(process.pid)) == 2 and before[killed] not in children(process.pid))
        # The session keeps its connection open: that must not keep the port from the next one.
        eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in below))
        eventually(lambda: is_ready(daemon), seconds=15)
        after = {command_of(child): child for child in children(process.pid)}
        assert {name for name in before if before[name] == after[name]} == {"work", "serve"} - {killed}
        assert stop(process, seconds=20) == 0
    finally:
        process.kill()


def test_a_daemon_without_a_home_says_so_once(home: Path) -> None:
    said = pvdifyd(environment={**os.environ, "PVDIFYD_HOME": str(home)})
    assert said.returncode == 1
    assert said.stderr.count("pvdifyd init") == 1

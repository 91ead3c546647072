"""When the tunnel is restarted, by what a program of the test's own tells at its metrics and the files say."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pvdifyd.host_program import names, systemctl
from pvdifyd.host_program.edge import tunnel_run
from pvdifyd.host_program.systemctl import UnitState

RULES = [{"service": "http_status:404"}]
HOUR = 3600.0


class Metrics(HTTPServer):
    """It has no answer to the first `silent` questions."""

    silent = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = int(self.server_address[1])
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Metrics

    def do_GET(self) -> None:
        if self.server.silent > 0:
            self.server.silent -= 1
            return
        told = {"config": {"ingress": RULES}} if self.path == "/config" else {"readyConnections": 4}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        pass


class Unit:
    """What systemd says of the tunnel's unit: it was started an hour ago."""

    active = "active"

    def __init__(self) -> None:
        self.started = time.time() - HOUR

    def states(self, units: list[str]) -> dict[str, UnitState]:
        return {
            unit: UnitState(unit, self.active, "", "", 0, None, 0, started=self.started) for unit in units
        }


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    made = Metrics()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The host's own cloudflared, as a package brings it: with the time at which it was made."""
    found = tmp_path / "bin" / "cloudflared"
    found.parent.mkdir()
    found.write_text("")
    found.chmod(0o755)
    written(found, 24 * HOUR)
    monkeypatch.setenv("PATH", str(found.parent))
    monkeypatch.setattr(names, "CLOUDFLARED", tmp_path / "none")
    return found


@pytest.fixture
def unit(tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> Unit:
    made = Unit()
    # Began after the program came: its change, unlike its time, can't be set.
    made.started = time.time() + 0.02
    time.sleep(0.03)
    monkeypatch.setattr(systemctl, "states", made.states)
    monkeypatch.setattr(names, "UNITS", tmp_path)
    monkeypatch.setattr(names, "TUNNEL_CREDENTIALS", tmp_path / "credentials.json")
    for path in (names.TUNNEL_CREDENTIALS, names.UNITS / names.CLOUDFLARED_UNIT):
        path.write_text("")
        written(path, HOUR)
    return made


def written(path: Path, ago: float) -> None:
    moment = time.time() - ago
    os.utime(path, (moment, moment))


def needs_restart(metrics: Metrics) -> bool:
    return tunnel_run.needs_restart(RULES, metrics.port, managed_here=True)


@pytest.mark.usefixtures("unit")
def test_one_that_is_as_it_should_be_goes_on(metrics: Metrics) -> None:
    assert not needs_restart(metrics)
    assert tunnel_run.needs_restart([], metrics.port, managed_here=True)
    assert not tunnel_run.needs_restart([], metrics.port, managed_here=False)


@pytest.mark.usefixtures("unit")
def test_one_that_is_slow_to_answer_goes_on(metrics: Metrics) -> None:
    metrics.silent = 3
    assert not needs_restart(metrics)


@pytest.mark.usefixtures("unit")
def test_one_that_never_answers_is_restarted(metrics: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel_run, "ANSWER_SECONDS", 0.5)
    metrics.silent = 1000
    assert needs_restart(metrics)


def test_one_that_does_not_run_is_not_waited_for(metrics: Metrics, unit: Unit) -> None:
    unit.active = "inactive"
    metrics.silent = 1000
    began = time.monotonic()
    assert needs_restart(metrics)
    assert time.monotonic() - began < tunnel_run.ANSWER_SECONDS / 2


@pytest.mark.parametrize("name", ["credentials.json", names.CLOUDFLARED_UNIT])
@pytest.mark.parametrize(("ago", "restarted"), [(0.0, True), (HOUR, False), (-HOUR, False)])
def test_what_was_written_after_its_start_restarts_it_but_not_what_is_from_the_future(
    metrics: Metrics, unit: Unit, tmp_path: Path, name: str, ago: float, restarted: bool
) -> None:
    written(tmp_path / name, ago)
    assert needs_restart(metrics) is restarted


@pytest.mark.usefixtures("unit")
def test_another_program_restarts_it_though_its_package_made_it_long_ago(
    metrics: Metrics, program: Path
) -> None:
    new = program.with_name("new")
    new.write_text("another")
    new.chmod(0o755)
    written(new, 12 * HOUR)
    new.rename(program)
    assert needs_restart(metrics)

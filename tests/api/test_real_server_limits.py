"""What only a daemon that was started can show: requests that are none, streams that run out, and what it logs."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pvdifyd import tokens
from tests.api.conftest import eventually
from tests.api.fake_engine import FakeEngine
from tests.api.test_real_server import Daemon, daemon, engine, home, pvdifyd

__all__ = ["daemon", "engine", "home"]

Tune = Callable[..., None]


def exchanged(daemon: Daemon, request: bytes) -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON body of what is answered to these bytes."""
    trust = ssl.create_default_context(cafile=str(daemon.session.verify))
    address = (daemon.settings.listen.host, daemon.settings.listen.port)
    with (
        socket.create_connection(address, timeout=10) as raw,
        trust.wrap_socket(raw, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *fields = head.decode("ascii").split("\r\n")
    headers = dict(field.split(": ", 1) for field in fields)
    return int(status.split()[1]), {name.lower(): value for name, value in headers.items()}, json.loads(body)


END = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


# (what is sent, status, code; None where it is a request)
SENT: tuple[tuple[bytes, int, str | None], ...] = (
    (b"GET /api/v1/apps?canary=" + b"x" * 5000 + END + b"\r\n", 414, "uri_too_long"),
    (b"GET /canary/" + b"x" * 20_000 + END + b"\r\n", 414, "uri_too_long"),
    (b"GET /health" + END + b"X-Canary: canary" + b"x" * 9000 + b"\r\n\r\n", 431, "headers_too_large"),
    (b"GET /health" + END + b"Canary: canary\r\n" * 200 + b"\r\n", 431, "headers_too_large"),
    (b"canary\r\n\r\n", 400, "bad_request"),
    (b"GET /health HTTP/canary\r\n\r\n", 400, "bad_request"),
    (b"GET /health" + END + b"Canary canary\r\n\r\n", 400, "bad_request"),
    (b"POST /api/v1/apps" + END + b"Content-Length: canary\r\n\r\n", 400, "bad_request"),
    (b"GET /health" + END + b"\r\n", 200, None),
    (b"GET /health?x=" + b"x" * 3900 + END + b"X-Long: " + b"x" * 8000 + b"\r\n\r\n", 200, None),
)


def test_what_is_no_request_is_answered_in_the_api_s_form(daemon: Daemon, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pvdifyd", "serve"], env=daemon.environment, stderr=written
        )
        try:
            eventually(lambda: _answers(daemon, "/health"), seconds=30)
            answers = [exchanged(daemon, sent) for sent, _, _ in SENT]
        finally:
            process.terminate()
            process.wait(20)
    logged = log.read_text()
    assert "canary" not in logged.lower()
    for (answered, headers, body), (_, status, code) in zip(answers, SENT, strict=True):
        assert (answered, body.get("code")) == (status, code)
        if code is None:
            assert headers["ratelimit-policy"] == '"address";q=600;w=60'
        else:
            assert headers["content-type"] == "application/problem+json"
            assert (body["status"], bool(body["title"]), bool(body["detail"])) == (status, True, True)
            assert body["request_id"] == headers["x-request-id"]
            assert f"request={body['request_id']}" in logged


@pytest.fixture
def tuned(daemon: Daemon) -> Iterator[Tune]:
    """Start a server with settings of the test's own."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**variables: str) -> None:
        daemon.environment.update({f"PVDIFYD_{name}": value for name, value in variables.items()})
        started.append(daemon.start("serve"))

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def test_when_streams_run_out_others_are_answered_at_once(
    daemon: Daemon, engine: FakeEngine, tuned: Tune
) -> None:
    tuned(THREADS="6", STREAMS="4")
    engine.gate = threading.Event()
    api, url = daemon.session, f"{daemon.url}/api/v1"
    api.post(f"{url}/apps", json={"name": "myapp"})
    accepted = api.post(f"{url}/apps/myapp/releases", json={"image": "nginx"})
    events = f"{daemon.url}{accepted.headers['Location']}/events"
    logs = f"{url}/apps/myapp/logs?follow=true"
    streams = [api.get(one, stream=True, timeout=20) for one in (events, logs, events, logs)]
    assert {stream.status_code for stream in streams} == {200}
    for one in (events, logs):
        refused = api.get(one, timeout=5)
        assert (refused.status_code, refused.json()["code"]) == (503, "too_many_streams")
        assert int(refused.headers["Retry-After"]) > 0
    began = time.monotonic()
    for _ in range(20):
        assert api.get(f"{url}/apps", timeout=5).status_code == 200
    assert time.monotonic() - began < 5
    streams.pop().close()
    # The server hears of it when it next sends something.
    engine.logs.write("a line")
    eventually(lambda: _opened(daemon, events), seconds=20)
    for stream in streams:
        stream.close()


def _opened(daemon: Daemon, url: str) -> bool:
    with daemon.session.get(url, stream=True, timeout=10) as stream:
        return bool(stream.status_code == 200)


def test_the_limit_on_requests_is_that_of_its_setting(daemon: Daemon, tuned: Tune) -> None:
    tuned(REQUESTS_PER_MINUTE="3")
    answers = [daemon.session.get(f"{daemon.url}/api/v1/whoami") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"token";q=3;w=60'
    assert 0 < int(answers[3].headers["Retry-After"]) <= 20


def test_every_line_of_a_daemon_is_an_object_where_that_is_asked_for(daemon: Daemon, tmp_path: Path) -> None:
    """API, worker and supervisor; from the start to the end, with what is no request and with an odd signal's death."""
    token = tokens.new()
    environment = {**daemon.environment, "PVDIFYD_LOG_FORMAT": "json"}
    log = tmp_path / "log"
    with log.open("wb") as written:
        process = subprocess.Popen([sys.executable, "-P", "-m", "pvdifyd"], env=environment, stderr=written)
        try:
            eventually(lambda: _answers(daemon, "/ready"), seconds=30)
            api, url = daemon.session, f"{daemon.url}/api/v1"
            api.get(f"{url}/apps?canary=canary", headers={"X-Request-ID": "mine-1", "X-Canary": "canary"})
            api.post(f"{url}/apps", json={"name": "canary-1", "canary": "canary"})
            api.get(f"{url}/apps", headers={"Authorization": f"Bearer {token}"})
            exchanged(daemon, b"canary\r\n\r\n")
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        assert {"time", "level", "logger", "message"} <= line.keys()
    (mine,) = [line for line in lines if line.get("request") == "mine-1"]
    assert (mine["route"], mine["status"], mine["token"]) == ("/api/v1/apps", 200, "tester")
    assert {line["logger"] for line in lines} >= {"pvdifyd.http", "pvdifyd.worker.main"}
    assert "canary" not in log.read_text()
    assert token not in log.read_text()


def _answers(daemon: Daemon, path: str) -> bool:
    try:
        return daemon.session.get(f"{daemon.url}{path}", timeout=5).status_code == 200
    except OSError:
        return False


def test_a_daemon_that_can_t_start_says_so_as_an_object_too(home: Path, daemon: Daemon) -> None:
    for command in ((), ("serve",), ("work",)):
        said = _said(daemon, *command, LOG_FORMAT="json", HOME=str(home / "nowhere"))
        assert "pvdifyd init" in json.loads(said)["message"]


def test_an_odd_form_of_lines_is_refused_by_name(daemon: Daemon) -> None:
    said = _said(daemon, "serve", LOG_FORMAT="xml")
    assert said == 'pvdifyd: PVDIFYD_LOG_FORMAT is "xml": it must be one of text, json.\n'


def _said(daemon: Daemon, *arguments: str, **variables: str) -> str:
    """What a daemon says that can't start."""
    ours = {f"PVDIFYD_{name}": value for name, value in variables.items()}
    ended = pvdifyd(*arguments, environment={**daemon.environment, **ours})
    assert ended.returncode == 1
    return ended.stderr

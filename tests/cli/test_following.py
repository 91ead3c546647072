"""Following an operation over a network that fails."""

from __future__ import annotations

import json
import threading

import pytest

from pvdify.api import follow
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def _shown(stdout: str) -> list[str]:
    return [line.split()[0] for line in stdout.splitlines() if " ok " in line]


ALL = ["pull", "stage", "start", "switch", "retire"]


@pytest.mark.parametrize("events", [1, 2, 5])
def test_a_cut_stream_is_resumed_where_it_was(pvdify: Run, server: FakeServer, app: str, events: int) -> None:
    server.faults.pieces_per_stream = events
    answer = pvdify("deploy", app)
    assert answer.exit_code == 0
    assert _shown(answer.stdout) == ALL
    streams = server.asked("GET", "/operations/3/events")
    assert "Last-Event-ID" not in streams[0].headers
    assert streams[1].headers["Last-Event-ID"] == str(3000 + events - 1)


def test_without_streams_the_operation_is_asked_for(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.no_streams = True
    answer = pvdify("deploy", app)
    assert answer.exit_code == 0
    assert _shown(answer.stdout) == ALL


def test_streams_that_never_carry_anything_give_way_to_asking(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    server.faults.pieces_per_stream = 0
    answer = pvdify("deploy", app, "--image", "docker.io/acme/crash:v1")
    assert answer.exit_code == 1
    assert "instance_exited" in answer.stderr


def test_an_operation_that_ends_between_two_questions(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.no_streams = True
    server.state.release(app, "docker.io/acme/endless:v1")
    operation = server.state.operations[-1]

    def finish() -> None:
        operation["status"] = "succeeded"

    threading.Timer(0.2, finish).start()
    assert pvdify("operations:info", "3", "--follow").exit_code == 0


def test_a_server_that_goes_away_for_good(
    pvdify: Run, server: FakeServer, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_PATIENCE_SECONDS", 0.2)
    server.faults.on_stream = lambda: threading.Thread(target=server.stop).start()
    answer = pvdify("deploy", app, "--image", "docker.io/acme/endless:v1")
    assert answer.exit_code == 7
    assert "Asking again." in answer.stdout
    assert "Operation 3 goes on: pvdify operations:info 3 --follow" in answer.stderr


def test_a_token_revoked_meanwhile_is_told_at_once(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.pieces_per_stream = 1
    server.faults.on_stream = lambda: server.state.access.end("tests", "revoked")
    answer = pvdify("deploy", app)
    assert answer.exit_code == 3
    assert "[token_revoked]" in answer.stderr


def test_an_answer_that_is_no_stream(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.answers["GET", "/operations/3/events"] = (200, "text/html", "<html>")
    answer = pvdify("deploy", app)
    assert answer.exit_code == 8
    assert "didn't answer as pvdifyd does" in answer.stderr


def test_follow_in_json_gives_an_event_a_line(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("operations:info", "2", "--follow", "--json")
    assert [json.loads(line) for line in answer.stdout.splitlines()] == server.state.events[2]


def test_follow_of_a_failed_one_ends_like_the_deploy(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.release(app, "crash")
    answer = pvdify("operations:info", "3", "--follow")
    assert answer.exit_code == 1
    assert "instance_exited" in answer.stderr

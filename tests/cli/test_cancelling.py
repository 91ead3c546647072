"""`operations:cancel`, and how what was cancelled looks to those who wait for it."""

from __future__ import annotations

import json
import threading

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

ENDLESS = "docker.io/acme/endless:v1"


@pytest.fixture
def running(server: FakeServer, app: str) -> str:
    """The number of a deploy that runs until it is cancelled."""
    return str(server.state.release(app, ENDLESS)["operation"])


def test_what_is_cancelled_in_time(pvdify: Run, server: FakeServer, running: str) -> None:
    answer = pvdify("operations:cancel", running)
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Cancelling operation 3 (deploy of myapp)"
    assert any(line.startswith("discard  ok") for line in lines)
    assert lines[-1] == "Operation 3 (deploy of myapp) was cancelled."
    assert server.asked("POST", "/operations/3/cancel")[0].body == {}


@pytest.mark.parametrize("status", ["succeeded", "failed"])
def test_what_ends_before_it_is_cancelled(pvdify: Run, server: FakeServer, running: str, status: str) -> None:
    server.state.ends_before_cancelled = status
    answer = pvdify("operations:cancel", running)
    assert answer.exit_code == 1
    assert "Too late: operation 3 ended before it could be cancelled." in answer.stderr
    assert f"Operation 3 (deploy of myapp) {status}." in answer.output


def test_what_is_past_the_switch(pvdify: Run, server: FakeServer, running: str) -> None:
    server.state.switched = {3}
    answer = pvdify("operations:cancel", running)
    assert answer.exit_code == 5
    assert "[not_cancellable]" in answer.stderr
    assert "Next:  Let it end" in answer.stderr


def test_what_has_ended(pvdify: Run, app: str) -> None:
    answer = pvdify("operations:cancel", "1")
    assert answer.exit_code == 5
    assert "[operation_ended]" in answer.stderr
    assert "pvdify operations:info ID" in answer.stderr


@pytest.mark.parametrize(("number", "code"), [("99", 4), ("0", 2), ("x", 2)])
def test_what_is_not_there(pvdify: Run, number: str, code: int) -> None:
    assert pvdify("operations:cancel", number).exit_code == code


def test_cancel_in_json_is_the_operation_as_it_ended(pvdify: Run, server: FakeServer, running: str) -> None:
    answer = pvdify("operations:cancel", running, "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == server.state.operations[-1]
    assert json.loads(answer.stdout)["status"] == "cancelled"


def test_what_is_about_a_host_names_the_host(pvdify: Run, server: FakeServer) -> None:
    server.state.operation("rotate", None, None, "endless", {"host": "local"})
    answer = pvdify("operations:cancel", "1")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Cancelling operation 1 (rotate of host local)"
    assert lines[-1] == "Operation 1 (rotate of host local) was cancelled."


def test_cancel_without_waiting(pvdify: Run, running: str) -> None:
    answer = pvdify("operations:cancel", running, "--no-wait")
    assert answer.exit_code == 0
    assert answer.stdout == "Accepted. Follow it with: pvdify operations:info 3 --follow\n"


def test_an_operation_that_shall_be_cancelled_says_so(pvdify: Run, server: FakeServer, running: str) -> None:
    server.state.operations[-1]["cancel_requested"] = True
    assert "status      running, to be cancelled\n" in pvdify("operations:info", running).stdout


def test_a_deploy_that_someone_else_cancels_ends_as_failed(pvdify: Run, server: FakeServer, app: str) -> None:
    def cancel() -> None:
        threading.Timer(0.1, lambda: server.state.cancel(server.state.operations[-1])).start()

    server.faults.on_stream = cancel
    answer = pvdify("deploy", app, "--image", ENDLESS)
    assert answer.exit_code == 1
    assert "Error: Release 3 of myapp cancelled. [cancelled]" in answer.stderr
    answer = pvdify("operations:info", "3", "--follow")
    assert answer.exit_code == 1
    assert "Operation 3 (deploy of myapp) cancelled. [cancelled]" in answer.stderr

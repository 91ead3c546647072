"""`releases` and `operations`."""

from __future__ import annotations

import json

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer
from tests.cli.fake_state import REASON


def test_releases_newest_first_up_to_a_limit(pvdify: Run, server: FakeServer, app: str) -> None:
    rows = pvdify("releases", app).stdout.splitlines()[1:]
    assert [row.split()[:2] for row in rows] == [["2", "active"], ["1", "superseded"]]
    assert [
        release["version"] for release in json.loads(pvdify("releases", app, "--limit=1", "--json").stdout)
    ] == [2]


def test_a_release_shows_its_reason(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.release(app, "crash")
    answer = pvdify("releases:info", app, "3")
    assert answer.exit_code == 0
    assert "status          failed" in answer.stdout
    assert "last probe: GET" in answer.stdout
    assert json.loads(pvdify("releases:info", "v3", "--json", PVDIFY_APP=app).stdout)["reason"] == REASON


def test_a_release_needs_its_version(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("releases:info", "-a", app)
    assert answer.exit_code == 2
    assert "VERSION is missing" in answer.stderr
    answer = pvdify("releases:info", app)
    assert answer.exit_code == 2
    assert "'myapp' is not a release's number" in answer.stderr


def test_operations_of_one_app_or_of_all(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.create({"name": "other"})
    server.state.release("other", "endless")
    assert len(json.loads(pvdify("operations", "--json").stdout)) == 3
    assert len(json.loads(pvdify("operations", app, "--json").stdout)) == 2
    assert len(json.loads(pvdify("operations", "--all", "--json", PVDIFY_APP=app).stdout)) == 3
    running = pvdify("operations", "--status", "running").stdout.splitlines()[1:]
    assert [row.split()[:5] for row in running] == [["3", "deploy", "other", "1", "running"]]


def test_an_operation_with_its_events(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("operations:info", "1")
    assert answer.exit_code == 0
    assert "kind        deploy" in answer.stdout
    assert "retire   ok          1.2 s  retire is ok" in answer.stdout
    document = json.loads(pvdify("operations:info", "1", "--json").stdout)
    assert document == {**server.state.operations[0], "events": server.state.events[1]}


def test_a_failed_operation_shows_its_error_and_exits_well(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.release(app, "crash")
    answer = pvdify("operations:info", "3")
    assert answer.exit_code == 0
    assert "instance_exited" in answer.stderr


def test_an_operation_that_is_not_there(pvdify: Run) -> None:
    answer = pvdify("operations:info", "99")
    assert answer.exit_code == 4
    assert "[operation_not_found]" in answer.stderr

"""`deploy` and `rollback`: what they ask for, what they show, and how they end."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def test_a_deploy_shows_each_phase_with_its_time(pvdify: Run, app: str) -> None:
    answer = pvdify("deploy", app, "--image", "docker.io/acme/myapp:v3")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Deploying docker.io/acme/myapp:v3 to myapp: release 3, operation 3"
    assert lines[-1] == "Release 3 of myapp is active."
    done = [line.split()[:4] for line in lines if " ok " in line]
    assert done == [[phase, "ok", "1.2", "s"] for phase in ("pull", "stage", "start", "switch", "retire")]


def test_a_deploy_without_an_image_sends_none(pvdify: Run, server: FakeServer, app: str) -> None:
    assert pvdify("deploy", app).exit_code == 0
    assert server.asked("POST", "/apps/myapp/releases")[0].body == {}


def test_a_failed_deploy_tells_all_that_is_known(pvdify: Run, app: str) -> None:
    answer = pvdify("deploy", app, "--image", "docker.io/acme/crash:v1")
    assert answer.exit_code == 1
    assert "start    failed" in answer.stdout
    assert answer.stderr.splitlines() == [
        "Error: Release 3 of myapp failed. [instance_exited]",
        "  start: web instance 1 ended at its start.",
        "  last probe: GET http://127.0.0.1:41001/health: connection refused",
        "  exit code: 3",
        "  last log lines:",
        "    | listening soon",
        "    | \\x1b[31mfatal\\x1b[0m: no database\\x07",
        "Next:  Look at the log lines, mend the image and deploy again.",
    ]


def test_json_is_the_settled_release_and_its_operation(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("deploy", app, "--image", "docker.io/acme/crash:v1", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == {
        "release": server.state.releases[app][-1],
        "operation": server.state.operations[-1],
    }
    assert "start    failed" in answer.stderr


def test_no_wait_returns_at_once(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("deploy", app, "--image", "docker.io/acme/endless:v1", "--no-wait")
    assert answer.exit_code == 0
    assert "pvdify operations:info 3 --follow" in answer.stdout
    answer = pvdify("deploy", app, "--image", "docker.io/acme/endless:v1", "--no-wait", "--json")
    assert set(json.loads(answer.stdout)) == {"release", "operation"}
    assert not [request for request in server.requests if request.path.endswith("/events")]


def test_an_image_in_the_place_of_the_app(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("deploy", "ghcr.io/acme/myapp:v2", PVDIFY_APP="myapp")
    assert answer.exit_code == 2
    assert "An image is given with --image" in answer.stderr
    assert not server.requests


def test_the_first_deploy_needs_an_image(pvdify: Run, server: FakeServer) -> None:
    server.state.create({"name": "myapp"})
    answer = pvdify("deploy", "myapp")
    assert answer.exit_code == 5
    assert "[no_image]" in answer.stderr
    assert "--image" in answer.stderr


def test_a_rollback_goes_one_back(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("rollback", app)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[0] == "Rolling myapp back to release 1: release 3, operation 3"
    assert server.asked("POST")[0].body == {}


@pytest.mark.parametrize("typed", ["1", "v1"])
def test_a_rollback_to_a_version(pvdify: Run, server: FakeServer, app: str, typed: str) -> None:
    assert pvdify("rollback", app, "--version", typed).exit_code == 0
    assert server.asked("POST")[0].body == {"version": 1}


@pytest.mark.parametrize("typed", ["0", "-1", "one", "1.0", "\u0661", "99999999999999"])
def test_a_version_that_is_none(pvdify: Run, server: FakeServer, app: str, typed: str) -> None:
    answer = pvdify("rollback", app, f"--version={typed}")
    assert answer.exit_code == 2
    assert "is not a release's number" in answer.stderr
    assert not server.requests


def test_a_rollback_to_a_version_that_is_not_there(pvdify: Run, app: str) -> None:
    answer = pvdify("rollback", app, "--version", "99")
    assert answer.exit_code == 4
    assert "[release_not_found]" in answer.stderr


def test_a_rollback_with_nothing_to_go_back_to(pvdify: Run, server: FakeServer) -> None:
    server.state.create({"name": "fresh"})
    answer = pvdify("rollback", "fresh")
    assert answer.exit_code == 5
    assert "[nothing_to_roll_back]" in answer.stderr


def test_a_lost_answer_is_asked_for_again_and_deploys_once(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.lost_answers = 1
    assert pvdify("deploy", app).exit_code == 0
    keys = [request.headers["Idempotency-Key"] for request in server.asked("POST")]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert uuid.UUID(keys[0]).version == 4
    assert len(server.state.releases[app]) == 3


def test_two_lost_answers_end_in_a_warning(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.lost_answers = 2
    answer = pvdify("deploy", app)
    assert answer.exit_code == 7
    assert server.url in answer.stderr
    assert "may have taken it all the same" in answer.stderr


def test_a_lost_answer_to_a_removal_is_asked_for_again(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.lost_answers = 1
    assert pvdify("apps:destroy", app, "--confirm", app).exit_code == 0
    assert len(server.asked("DELETE")) == 2
    assert len(server.state.operations) == 3


def test_two_deploys_have_two_keys(pvdify: Run, server: FakeServer, app: str) -> None:
    pvdify("deploy", app)
    pvdify("deploy", app)
    assert len({request.headers["Idempotency-Key"] for request in server.asked("POST")}) == 2

"""`ps` and its kin: what runs of an app, and handling it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

WEB: dict[str, Any] = {
    "process": "web",
    "instance": 1,
    "release": 2,
    "state": "healthy",
    "since": "2026-01-05T10:30:00Z",
    "restarts": 0,
    "role": "current",
    "unit": "pvdify-myapp-web-v2@1.service",
    "memory": 13_107_200,
    "cpu": 3.14,
    "reason": None,
}
KILLED = {
    **WEB,
    "instance": 2,
    "state": "crashed",
    "restarts": 4,
    "memory": None,
    "cpu": None,
    "reason": "It was killed: out of memory (limit 512M).\x1b[2J It is started again in 30 s.",
}


@pytest.fixture
def app(server: FakeServer, app: str) -> str:
    """An app with a web and a worker process."""
    worker = {"command": "work", "count": 1, "overlap": False}
    server.state.apps[app]["processes"] |= {"worker": worker}
    return app


def test_ps_lists_instances_and_then_why_one_is_not_healthy(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    server.state.instances = [WEB, KILLED]
    answer = pvdify("ps", app)
    *table, blank, reason = answer.stdout.splitlines()
    assert [line.split() for line in table] == [
        ["PROCESS", "RELEASE", "ROLE", "STATE", "SINCE", "RESTARTS", "MEMORY", "CPU"],
        ["web.1", "2", "current", "healthy", "2026-01-05", "10:30:00", "UTC", "0", "12.5M", "3.1%"],
        ["web.2", "2", "current", "crashed", "2026-01-05", "10:30:00", "UTC", "4", "-", "-"],
    ]
    assert blank == ""
    assert reason == (
        "web.2 of release 2: It was killed: out of memory (limit 512M).\\x1b[2J It is started again in 30 s."
    )
    assert json.loads(pvdify("ps", app, "--json").stdout) == [WEB, KILLED]


def test_ps_of_healthy_instances_is_the_table_alone(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.instances = [WEB]
    assert len(pvdify("ps", app).stdout.splitlines()) == 2


def test_ps_of_nothing_says_how_to_start_it(pvdify: Run, app: str) -> None:
    answer = pvdify("ps", app)
    assert answer.stdout == (
        "Nothing of myapp is running. pvdify deploy myapp or pvdify ps:start myapp starts it.\n"
    )


def test_ps_when_the_host_can_not_be_read(pvdify: Run, server: FakeServer, app: str) -> None:
    problem = {"code": "reader_unavailable", "detail": "The worker doesn't run.", "request_id": "r7"}
    server.faults.answers["GET", "/apps/myapp/ps"] = (503, "application/problem+json", json.dumps(problem))
    answer = pvdify("ps", app)
    assert answer.exit_code == 8
    assert "The worker doesn't run. (request r7) [reader_unavailable]" in answer.stderr


def test_scale_waits_and_shows_its_phases(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("ps:scale", app, "web=2", "worker=0")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Scaling myapp to web=2 worker=0: operation 3"
    assert [line.split()[0] for line in lines if " ok " in line] == ["stage", "start", "switch", "retire"]
    assert lines[-1] == "Operation 3 (scale of myapp) succeeded."
    assert server.asked("POST")[0].body == {"processes": {"web": 2, "worker": 0}}


def test_scale_in_json_is_the_operation_as_it_ended(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("ps:scale", "web=2", "--json", PVDIFY_APP=app)
    assert json.loads(answer.stdout) == server.state.operations[-1]
    assert "stage    ok" in answer.stderr


def test_scale_without_counts_shows_what_there_is(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["stopped"] = ["worker"]
    answer = pvdify("ps:scale", app)
    assert [line.split() for line in answer.stdout.splitlines()] == [
        ["PROCESS", "COUNT", "STATE", "OVERLAP", "COMMAND"],
        ["web", "1", "-", "yes", "the", "image's"],
        ["worker", "1", "stopped", "no", "work"],
    ]
    document = json.loads(pvdify("ps:scale", "--json", PVDIFY_APP=app).stdout)
    assert document == {name: server.state.apps[app][name] for name in ("processes", "stopped")}
    assert not server.asked("POST")


def test_scaling_back_what_was_stopped_starts_it(pvdify: Run, app: str) -> None:
    pvdify("ps:stop", app, "worker")
    assert "stopped         worker" in pvdify("apps:info", app).stdout
    pvdify("ps:scale", app, "worker=2")
    info = pvdify("apps:info", app).stdout
    assert "stopped         -" in info
    assert "processes       web=1, worker=2:work" in info


@pytest.mark.parametrize("value", ["web=two", "web=-1", "my-web=1", "web:2", "2"])
def test_a_bad_shape_is_refused_before_anything_is_sent(
    pvdify: Run, server: FakeServer, app: str, value: str
) -> None:
    answer = pvdify("ps:scale", app, "worker=1", value)
    assert answer.exit_code == 2
    assert f"'{value}' is not TYPE=N: " in answer.stderr
    assert f"As in pvdify ps:scale {app} web=2 worker=0." in answer.stderr
    assert not server.requests


@pytest.mark.parametrize("typed", [["myapp", "web", "2"], ["web", "2"], ["myapp", "web:2"]])
def test_what_was_meant_is_offered_even_where_the_type_was_taken_for_the_app(
    pvdify: Run, app: str, typed: list[str]
) -> None:
    answer = pvdify("ps:scale", *typed, PVDIFY_APP=app)
    assert answer.exit_code == 2
    assert "Did you mean web=2?" in answer.stderr


def test_a_type_that_is_not_there_is_refused_by_its_rule(pvdify: Run, app: str) -> None:
    for arguments in (("ps:scale", app, "wrker=1"), ("ps:restart", app, "wrker"), ("ps:stop", app, "wrker")):
        answer = pvdify(*arguments)
        assert answer.exit_code == 6
        assert answer.stderr.splitlines() == [
            'Error: process: "wrker": The app\'s process types are web, worker. [validation_failed]',
            f"Next:  pvdify ps:scale {app} shows the app's process types.",
        ]


@pytest.mark.parametrize(
    "arguments", [("ps:scale", "fresh", "web=2"), ("ps:restart", "fresh"), ("ps:stop", "fresh")]
)
def test_an_app_that_was_never_deployed_has_nothing_to_handle(
    pvdify: Run, server: FakeServer, arguments: tuple[str, ...]
) -> None:
    server.state.create({"name": "fresh"})
    answer = pvdify(*arguments)
    assert answer.exit_code == 5
    assert "[not_deployed]" in answer.stderr
    assert "pvdify deploy fresh starts it" in answer.stderr


@pytest.mark.parametrize(
    ("typed", "context", "body", "doing"),
    [
        (["myapp"], None, {}, "Restarting myapp"),
        (["myapp", "web"], None, {"process": "web"}, "Restarting web of myapp"),
        (["myapp", "web.2"], "other", {"process": "web", "instance": 2}, "Restarting web.2 of myapp"),
        (["-a", "myapp", "web"], None, {"process": "web"}, "Restarting web of myapp"),
        ([], "myapp", {}, "Restarting myapp"),
        (["web"], "myapp", {"process": "web"}, "Restarting web of myapp"),
        (["web.1"], "myapp", {"process": "web", "instance": 1}, "Restarting web.1 of myapp"),
        (["myapp"], "myapp", {}, "Restarting myapp"),
    ],
)
def test_what_is_restarted(
    pvdify: Run,
    server: FakeServer,
    app: str,
    typed: list[str],
    context: str | None,
    body: dict[str, Any],
    doing: str,
) -> None:
    answer = pvdify("ps:restart", *typed, PVDIFY_APP=context)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[0] == f"{doing}: operation 3"
    assert server.asked("POST", "/apps/myapp/ps/restart")[0].body == body
    assert [line.split()[0] for line in answer.stdout.splitlines() if " ok " in line] == ["stage", "restart"]


def test_what_can_be_no_type_is_the_app_wherever_one_is(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.create({"name": "my-app"})
    server.state.release("my-app", "docker.io/acme/myapp:v1")
    assert pvdify("ps:restart", "my-app", PVDIFY_APP=app).exit_code == 0
    assert server.asked("POST", "/apps/my-app/ps/restart")[0].body == {}


@pytest.mark.parametrize(
    "typed", [["web.1"], [], ["-a", "myapp", "my-web"], ["myapp", "web=1"], ["a", "b", "c"]]
)
def test_a_restart_of_nothing_that_is_named_well(pvdify: Run, server: FakeServer, typed: list[str]) -> None:
    answer = pvdify("ps:restart", *typed)
    assert answer.exit_code == 2
    assert answer.stderr.startswith("Error: ")
    assert "\nNext:  " in answer.stderr
    assert not server.requests


def test_stop_and_start_a_type_and_the_whole(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("ps:stop", app, "worker")
    assert answer.stdout.splitlines()[0] == "Stopping worker of myapp: operation 3"
    answer = pvdify("ps:start", "worker", PVDIFY_APP=app)
    assert answer.stdout.splitlines()[0] == "Starting worker of myapp: operation 4"
    pvdify("ps:stop", app)
    assert server.state.apps[app]["stopped"] == ["web", "worker"]
    pvdify("ps:start", app)
    assert [(request.path.rpartition("/")[2], request.body) for request in server.asked("POST")] == [
        ("stop", {"process": "worker"}),
        ("start", {"process": "worker"}),
        ("stop", {}),
        ("start", {}),
    ]


def test_one_instance_can_not_be_stopped(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("ps:stop", app, "web.1")
    assert answer.exit_code == 2
    assert answer.stderr.splitlines() == [
        "Error: 'web.1' is one instance, and ps:stop takes a whole process type.",
        "Next:  pvdify ps:stop myapp web; or change how many run with pvdify ps:scale.",
    ]
    assert not server.requests


@pytest.mark.parametrize(
    "arguments",
    [("ps:scale", "myapp", "web=2"), ("ps:restart", "myapp"), ("ps:stop", "myapp"), ("ps:start", "myapp")],
)
def test_each_can_fail_and_be_left_alone(
    pvdify: Run, server: FakeServer, app: str, arguments: tuple[str, ...]
) -> None:
    server.state.apps[app]["image"] = "crash"
    answer = pvdify(*arguments)
    assert answer.exit_code == 1
    assert "[instance_exited]" in answer.stderr
    server.state.apps[app]["image"] = "endless"
    answer = pvdify(*arguments, "--no-wait")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "Accepted. Follow it with: pvdify operations:info 4 --follow"
    answer = pvdify(*arguments, "--no-wait", "--json")
    assert json.loads(answer.stdout) == server.state.operations[-1]


def test_a_server_that_is_away_is_told(pvdify: Run, server: FakeServer) -> None:
    server.stop()
    for arguments in (("ps:scale", "myapp", "web=2"), ("ps:restart", "myapp"), ("logs", "myapp", "-f")):
        answer = pvdify(*arguments)
        assert answer.exit_code == 7
        assert "doesn't answer: Connection refused." in answer.stderr

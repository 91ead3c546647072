"""`resources`, and the limits and overlaps of `apps:create` and `apps:update`."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def test_resources_are_shown(pvdify: Run, app: str) -> None:
    assert pvdify("resources", app).stdout == "app     myapp\nmemory  512M\ncpu     0.5\n"
    document = json.loads(pvdify("resources", app, "--json").stdout)
    assert document == {"app": "myapp", "memory": "512M", "cpu": 0.5}
    assert "resources       memory 512M, cpu 0.5\n" in pvdify("apps:info", app).stdout


def test_new_resources_restart_what_runs(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("resources", app, "--memory", "256M")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Restarting myapp with its new resources: operation 3"
    assert [line.split()[0] for line in lines if " ok " in line] == ["stage", "restart"]
    assert lines[-4:] == [
        "app     myapp",
        "memory  256M",
        "cpu     0.5",
        "Operation 3 (resources of myapp) succeeded.",
    ]
    assert server.asked("PATCH")[0].body == {"resources": {"memory": "256M"}}


def test_an_app_that_was_never_deployed_just_has_them(pvdify: Run, server: FakeServer) -> None:
    server.state.create({"name": "fresh"})
    answer = pvdify("resources", "fresh", "--cpu", "0.25", "--json")
    assert json.loads(answer.stdout) == {"app": "fresh", "memory": "512M", "cpu": 0.25}
    assert not server.state.operations


def test_resources_that_fail_leave_the_old_ones(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["image"] = "crash"
    answer = pvdify("resources", app, "--memory", "16M")
    assert answer.exit_code == 1
    assert "memory  512M" in answer.stdout
    assert "Error: Operation 3 (resources of myapp) failed. [instance_exited]" in answer.stderr
    document = json.loads(pvdify("resources", app, "--memory", "16M", "--json").stdout)
    assert document["memory"] == "512M"
    assert document["operation"] == server.state.operations[-1]


def test_resources_without_waiting(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["image"] = "endless"
    answer = pvdify("resources", app, "--memory", "256M", "--no-wait")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "Accepted. Follow it with: pvdify operations:info 3 --follow"
    assert "memory  512M" in answer.stdout


def test_resources_the_server_refuses(pvdify: Run, app: str) -> None:
    answer = pvdify("resources", app, "--memory", "lots")
    assert answer.exit_code == 6
    assert answer.stderr.splitlines() == [
        'Error: resources.memory: "lots": It must be a whole number with M or G, as in 512M. '
        "[validation_failed]",
        "Next:  As in --memory 512M or --memory 1G: a whole number with its unit, 16M or more.",
    ]


@pytest.mark.parametrize("typed", ["half", "nan", "inf", ""])
def test_cpu_that_is_no_number(pvdify: Run, server: FakeServer, app: str, typed: str) -> None:
    answer = pvdify("resources", app, f"--cpu={typed}")
    assert answer.exit_code == 2
    assert "--cpu" in answer.stderr
    assert not server.requests


def test_create_sends_limits_and_overlaps(pvdify: Run, server: FakeServer) -> None:
    pvdify(
        *("apps:create", "myapp", "--memory", "256M", "--cpu", "0.25"),
        *("--process", "web=2", "--process", "worker=1", "--no-overlap", "worker"),
    )
    assert server.asked("POST")[0].body == {
        "name": "myapp",
        "resources": {"memory": "256M", "cpu": 0.25},
        "processes": {
            "web": {"command": None, "count": 2},
            "worker": {"command": None, "count": 1, "overlap": False},
        },
    }
    assert "no overlap      worker\n" in pvdify("apps:info", "myapp").stdout


def test_update_forbids_an_overlap_and_keeps_the_rest(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:update", app, "--no-overlap", "web")
    assert answer.exit_code == 0
    processes = {"web": {"command": None, "count": 1, "overlap": False}}
    assert server.asked("PATCH")[0].body == {"processes": processes}


@pytest.mark.parametrize("arguments", [("apps:update", "myapp"), ("apps:create", "other")])
def test_a_type_without_overlap_must_be_there(
    pvdify: Run, server: FakeServer, app: str, arguments: tuple[str, ...]
) -> None:
    answer = pvdify(*arguments, "--no-overlap", "wrker")
    assert answer.exit_code == 2
    assert "--no-overlap: 'wrker' is none of the app's process types" in answer.stderr
    assert not server.asked("PATCH")
    assert not server.asked("POST")


def test_update_follows_the_restart_that_it_starts(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:update", app, "--memory", "1G", "--container-port", "9000")
    assert answer.exit_code == 0
    assert "restart  ok" in answer.stdout
    assert "resources       memory 1G, cpu 0.5" in answer.stdout
    assert "Next: pvdify deploy myapp makes what runs match." in answer.stdout
    assert "makes what runs match" not in pvdify("apps:update", app, "--memory", "2G").stdout
    document = json.loads(pvdify("apps:update", app, "--cpu", "0.1", "--json").stdout)
    assert document == {**server.state.apps[app], "operation": server.state.operations[-1]}
    assert "operation" not in json.loads(pvdify("apps:update", app, "--container-port=1", "--json").stdout)


def test_an_accepted_change_must_name_its_operation(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.answers["PATCH", "/apps/myapp"] = (202, "application/json", "{}")
    answer = pvdify("resources", app, "--memory", "1G")
    assert answer.exit_code == 8
    assert "didn't answer as pvdifyd does" in answer.stderr

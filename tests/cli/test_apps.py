"""`apps` and its kin."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def test_no_apps_yet_says_how_to_make_one(pvdify: Run) -> None:
    assert "pvdify apps:create NAME" in pvdify("apps").stdout


def test_apps_are_listed_in_aligned_columns(pvdify: Run, app: str) -> None:
    header, row = pvdify("apps").stdout.splitlines()
    assert header.split() == ["APP", "ENVIRONMENT", "STATUS", "RELEASE", "HOST", "PORT", "IMAGE"]
    assert row.split() == ["myapp", "production", "live", "2", "local", "3000", "docker.io/acme/myapp:v2"]
    assert header.index("IMAGE") == row.index("docker.io")


def test_every_page_of_apps_is_read(pvdify: Run, server: FakeServer) -> None:
    for number in range(230):
        server.state.create({"name": f"app{number}"})
    assert len(json.loads(pvdify("apps", "--json").stdout)) == 230
    assert [request.query["page"] for request in server.asked("GET", "/apps")] == ["1", "2", "3"]


def test_create_sends_only_what_was_given(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("apps:create", "myapp")
    assert answer.exit_code == 0
    assert "App myapp created: production, port 3000 of local." in answer.stdout
    assert "Next: pvdify deploy myapp --image IMAGE" in answer.stdout
    assert server.asked("POST", "/apps")[0].body == {"name": "myapp"}


def test_create_sends_every_option(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify(
        *("apps:create", "myapp-staging", "--environment", "staging", "--host", "demo"),
        *("--image", "ghcr.io/acme/myapp:v1", "--container-port", "8000", "--bind-port", "3007"),
        *("--health-path", "/health", "--health-interval", "10s", "--health-timeout", "2s"),
        *("--health-retries", "4", "--process", "web=2", "--process", "worker=1:npm run worker", "--json"),
    )
    assert json.loads(answer.stdout)["name"] == "myapp-staging"
    assert server.asked("POST", "/apps")[0].body == {
        "name": "myapp-staging",
        "environment": "staging",
        "host": "demo",
        "image": "ghcr.io/acme/myapp:v1",
        "container_port": 8000,
        "bind_port": 3007,
        "healthcheck": {"path": "/health", "interval": "10s", "timeout": "2s", "retries": 4},
        "processes": {
            "web": {"command": None, "count": 2},
            "worker": {"command": "npm run worker", "count": 1},
        },
    }


@pytest.mark.parametrize("text", ["{{ lookup('pipe','id') }}", "%h", "a\nb", "$(id)", "--privileged"])
def test_values_are_sent_as_they_are(pvdify: Run, server: FakeServer, text: str) -> None:
    pvdify("apps:create", "--", text)
    pvdify("apps:create", "other", f"--image={text}")
    assert [request.body for request in server.asked("POST")] == [
        {"name": text},
        {"name": "other", "image": text},
    ]


def test_details_of_a_health_check_need_a_path(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("apps:create", "myapp", "--health-interval", "5s")
    assert answer.exit_code == 2
    assert "--health-interval" in answer.stderr
    assert "Add --health-path" in answer.stderr
    assert not server.requests


def test_info_shows_the_config_that_is_stored_and_the_one_that_runs(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    server.state.apps[app] |= {"config_version": "v8", "running_config_version": "v4"}
    lines = [line.split() for line in pvdify("apps:info", app).stdout.splitlines()]
    assert ["config", "v8"] in lines
    assert ["running", "config", "v4"] in lines


def test_info_shows_an_app(pvdify: Run, app: str) -> None:
    answer = pvdify("apps:info", app)
    assert "processes       web=1\n" in answer.stdout
    assert "health check    TCP connect\n" in answer.stdout
    assert "created         2026-01-05 10:30:00 UTC\n" in answer.stdout


def test_info_of_an_app_that_is_not_there(pvdify: Run) -> None:
    answer = pvdify("apps:info", "nosuch")
    assert answer.exit_code == 4
    assert "no app 'nosuch'" in answer.stderr
    assert "[app_not_found]" in answer.stderr
    assert "pvdify apps lists" in answer.stderr


def test_update_changes_what_is_given(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:update", app, "--process", "web=3", "--container-port", "9000")
    assert answer.exit_code == 0
    assert "pvdify deploy myapp" in answer.stdout
    assert server.asked("PATCH")[0].body == {
        "processes": {"web": {"command": None, "count": 3}},
        "container_port": 9000,
    }


def test_update_keeps_the_rest_of_a_health_check(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["healthcheck"] = {"path": "/health", "interval": "30s"}
    pvdify("apps:update", app, "--health-interval", "10s")
    assert server.asked("PATCH")[0].body == {"healthcheck": {"path": "/health", "interval": "10s"}}


def test_update_resets(pvdify: Run, server: FakeServer, app: str) -> None:
    pvdify("apps:update", app, "--reset", "health", "--reset", "image", "--reset", "container-port")
    assert server.asked("PATCH")[0].body == {"healthcheck": None, "image": None, "container_port": None}


def test_update_without_a_change_is_refused(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:update", app)
    assert answer.exit_code == 2
    assert "Nothing to change" in answer.stderr
    assert not server.asked("PATCH")


def test_destroy_without_a_terminal_needs_the_name(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:destroy", app)
    assert answer.exit_code == 2
    assert "--confirm myapp" in answer.stderr
    assert not server.requests


def test_destroy_refuses_another_name(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:destroy", app, "--confirm", "myapp2")
    assert answer.exit_code == 2
    assert "'myapp2' is not 'myapp'" in answer.stderr
    assert not server.asked("DELETE")


def test_destroy_with_the_name_goes_through(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:destroy", app, "--confirm", app)
    assert answer.exit_code == 0
    assert "remove   ok" in answer.stdout
    assert "destroy of myapp) succeeded" in answer.stdout


def test_destroy_that_fails_tells_why(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["image"] = "crash"
    answer = pvdify("apps:destroy", app, "--confirm", app, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"]["code"] == "instance_exited"


def test_destroy_without_waiting(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:destroy", app, "--confirm", app, "--no-wait")
    assert answer.exit_code == 0
    assert "pvdify operations:info 3 --follow" in answer.stdout

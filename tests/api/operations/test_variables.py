"""What a playbook is told: a pure function, user text as it is."""

from __future__ import annotations

import pytest

from pvdifyd.models import App, Host, Release
from pvdifyd.operations.formation import Formation
from pvdifyd.operations.variables import Run, kept_units, process_variables, release_variables
from pvdifyd.settings import Settings

SETTINGS = Settings.from_environment({})
APP = App(
    name="myapp",
    environment="production",
    host=Host(name="demo", bind_address="127.0.0.1"),
    bind_port=3000,
    resources={"memory": "256M", "cpu": 0.25},
)
RELEASE = Release(
    app=APP,
    version=44,
    units=41,
    image="nginx",
    digest=None,
    # As a row of before has them: without overlap.
    processes={
        "web": {"command": "node server.js", "count": 1},
        "worker": {"command": None, "count": 3},
        "scheduler": {"command": None, "count": 1},
    },
    container_port=None,
    healthcheck={"path": "/health", "interval": "30s", "timeout": "5s", "retries": 3},
)
FORMATION = Formation({"web": 2, "worker": 3, "scheduler": 1}, frozenset({"worker"}))


def test_a_release_becomes_the_document_of_its_app() -> None:
    assert release_variables(APP, RELEASE, FORMATION, [41, 43, 42], SETTINGS, Run(7)) == {
        "host": "demo",
        "app": "myapp",
        "operation": 7,
        "bind_address": "127.0.0.1",
        "bind_port": 3000,
        "release": 44,
        "units": 41,
        "image": "docker.io/library/nginx:latest",
        "digest": None,
        "processes": {
            "web": {"command": ["node", "server.js"], "count": 2, "overlap": True},
            "worker": {"command": None, "count": 0, "overlap": True},
            "scheduler": {"command": None, "count": 1, "overlap": False},
        },
        "stopped": {"worker": 3},
        "resources": {"memory": 256 * 1024**2, "cpu": 0.25},
        "resources_before": None,
        "restart": {"process": None, "instance": None},
        "container_port": None,
        "healthcheck": {"path": "/health", "interval": 30, "timeout": 5, "retries": 3},
        "environment": {"version": None, "values": {}, "secrets": {}},
        "start_timeout": 60,
        "stop_timeout": 30,
        "drain_timeout": 30,
        "standby": 600,
        "keep": [41, 43, 42],
    }


def test_by_hand_there_is_no_operation_and_the_limits_are_those_in_force() -> None:
    variables = release_variables(APP, RELEASE, FORMATION, [41], SETTINGS)
    assert variables["operation"] == 0
    assert variables["resources"] == {"memory": 256 * 1024**2, "cpu": 0.25}


def test_new_limits_come_with_those_to_go_back_to() -> None:
    run = Run(7, resources={"memory": "1G", "cpu": 1}, resources_before={"memory": "16M", "cpu": 0.01})
    variables = release_variables(APP, RELEASE, FORMATION, [41], SETTINGS, run)
    assert variables["resources"] == {"memory": 1024**3, "cpu": 1.0}
    assert variables["resources_before"] == {"memory": 16 * 1024**2, "cpu": 0.01}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("{{ lookup('pipe','touch /tmp/x') }}", ["{{", "lookup(pipe,touch /tmp/x)", "}}"]),
        ("echo %h $HOME", ["echo", "%h", "$HOME"]),
        ("sh -c 'a; b'", ["sh", "-c", "a; b"]),
    ],
)
def test_a_command_is_split_and_never_evaluated(command: str, arguments: list[str]) -> None:
    process = {"command": command, "count": 1, "overlap": True}
    assert process_variables(process, 1) == {"command": arguments, "count": 1, "overlap": True}


def test_no_command_means_the_images_own() -> None:
    assert process_variables({"command": None, "count": 1, "overlap": True}, 1)["command"] is None


def test_the_units_kept_are_the_newest_that_served_each_once() -> None:
    served = [Release(version=v, units=u) for v, u in [(38, 38), (41, 41), (42, 42), (43, 43), (40, 38)]]
    assert kept_units(RELEASE, served, 5) == [41, 43, 42, 38]
    assert kept_units(RELEASE, served, 2) == [41, 43]
    assert kept_units(RELEASE, [], 5) == [41]

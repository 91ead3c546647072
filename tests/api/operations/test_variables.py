"""What a playbook is told: a pure function, user text as it is."""

from __future__ import annotations

import pytest

from pvdifyd.models import App, Host, Release
from pvdifyd.operations.variables import kept_units, process_variables, release_variables
from pvdifyd.settings import Settings

SETTINGS = Settings.from_environment({})
APP = App(name="myapp", host=Host(name="demo", bind_address="127.0.0.1"), bind_port=3000)
RELEASE = Release(
    app=APP,
    version=44,
    units=41,
    image="nginx",
    digest=None,
    processes={"web": {"command": "node server.js", "count": 2}},
    container_port=None,
    healthcheck={"path": "/health", "interval": "30s", "timeout": "5s", "retries": 3},
)


def test_a_release_becomes_the_document_of_its_app() -> None:
    assert release_variables(APP, RELEASE, [41, 43, 42], SETTINGS) == {
        "host": "demo",
        "app": "myapp",
        "bind_address": "127.0.0.1",
        "bind_port": 3000,
        "release": 44,
        "units": 41,
        "image": "docker.io/library/nginx:latest",
        "digest": None,
        "processes": {"web": {"command": ["node", "server.js"], "count": 2}},
        "container_port": None,
        "healthcheck": {"path": "/health", "interval": 30, "timeout": 5, "retries": 3},
        "start_timeout": 60,
        "stop_timeout": 30,
        "drain_timeout": 30,
        "standby": 600,
        "keep": [41, 43, 42],
    }


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("{{ lookup('pipe','touch /tmp/x') }}", ["{{", "lookup(pipe,touch /tmp/x)", "}}"]),
        ("echo %h $HOME", ["echo", "%h", "$HOME"]),
        ("sh -c 'a; b'", ["sh", "-c", "a; b"]),
    ],
)
def test_a_command_is_split_and_never_evaluated(command: str, arguments: list[str]) -> None:
    assert process_variables({"command": command, "count": 1}) == {"command": arguments, "count": 1}


def test_no_command_means_the_images_own() -> None:
    assert process_variables({"command": None, "count": 1})["command"] is None


def test_the_units_kept_are_the_newest_that_served_each_once() -> None:
    served = [Release(version=v, units=u) for v, u in [(38, 38), (41, 41), (42, 42), (43, 43), (40, 38)]]
    assert kept_units(RELEASE, served, 5) == [41, 43, 42, 38]
    assert kept_units(RELEASE, served, 2) == [41, 43]
    assert kept_units(RELEASE, [], 5) == [41]

"""Bad input gets a clear answer with its code, and changes nothing."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import registry
from tests.end_to_end import making
from tests.end_to_end.world import World, answer

# The password is "password"; nobody signs in with it here.
PASSWORDS = "someone:$2y$05$XHIz9rRrF7dpOKh3VfAW2.GzMYFxrGcTQlLwP5v7ZFRc0gyGpGbsW\n"


@pytest.mark.parametrize("name", ["My_App", "../x", "a\n", "a" * 300, "", "-x", "%h", "{{ 7 * 7 }}"])
def test_a_bad_name_is_refused(world: World, name: str) -> None:
    refused = world.api("POST", "/apps", json={"name": name})
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")
    assert refused.json()["errors"][0]["field"] == "name"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert name not in [app["name"] for app in world.told("apps")]


@pytest.mark.parametrize("name", ["My_App", "../x", "a\n", "a" * 300])
def test_the_command_line_refuses_a_bad_name(world: World, name: str) -> None:
    finished = world.pvdify("apps:create", name)
    assert finished.returncode in (2, 6)
    assert finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    "image",
    ["--privileged", "a;id", "$(id)", "{{ lookup('pipe','touch /tmp/x') }}", "a\nb", "%h:", "", "A/B"],
)
def test_a_bad_image_is_refused(world: World, unchanged_app: str, image: str) -> None:
    refused = world.api("POST", f"/apps/{unchanged_app}/releases", json={"image": image})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_image")
    finished = world.pvdify("deploy", unchanged_app, f"--image={image}")
    assert finished.returncode in (2, 6)
    assert [release for release in world.told("releases", unchanged_app) if release["image"] == image] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"name": "fine", "colour": "red"}', 422, "validation_failed"),
        ('{"name": "fine", "processes": {"web": {"count": 101}}}', 422, "validation_failed"),
        ('{"name": "fine", "processes": {"web": {"command": "a\\nb"}}}', 422, "validation_failed"),
        ('{"name": "fine", "healthcheck": {"path": "/a\\nExecStart=x"}}', 422, "validation_failed"),
        ('{"name": "fine", "container_port": 70000}', 422, "validation_failed"),
        ('{"name": ', 400, "invalid_json"),
        ("[]", 422, "validation_failed"),
    ],
)
def test_a_bad_body_is_refused(world: World, body: str, status: int, code: str) -> None:
    refused = world.api("POST", "/apps", data=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert world.pvdify("apps:info", "fine").returncode == 4


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer pvd_wrong", "Basic eDp5"])
def test_without_the_right_token_there_is_no_answer(world: World, header: str | None) -> None:
    refused = world.api("GET", "/apps", headers={"Authorization": header})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert world.pvdify("apps", PVDIFY_TOKEN="pvd_wrong").returncode == 3


def test_an_app_that_is_not_there(world: World) -> None:
    assert world.api("GET", "/apps/nobody").json()["code"] == "app_not_found"
    for command in (
        ["apps:info"],
        ["deploy"],
        ["ps"],
        ["releases"],
        ["rollback"],
        ["logs"],
        ["ps:scale", "web=1"],
        ["ps:restart"],
        ["ps:stop"],
        ["ps:start"],
        ["resources"],
        ["apps:destroy", "--confirm=nobody"],
    ):
        assert world.pvdify(*command, "--app=nobody").returncode == 4


def test_a_server_that_is_not_there_or_not_trusted(world: World) -> None:
    assert world.pvdify("apps", PVDIFY_URL="https://127.0.0.1:9").returncode == 7
    assert world.pvdify("apps", PVDIFY_CA_FILE=str(registry.authority(world.settings))).returncode == 7


@pytest.fixture
def asks_for_a_password(world: World, tmp_path: Path) -> Iterator[str]:
    passwords = tmp_path / "htpasswd"
    passwords.write_text(PASSWORDS)
    with making.registry_with_passwords(world, passwords) as address:
        yield address


def failed_deploy(world: World, app: str, image: str) -> dict[str, Any]:
    before = world.what_is_on_the_host()
    finished = world.pvdify("deploy", app, "--image", image, "--json")
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert world.what_is_on_the_host() == before
    assert answer(world.url(app)) == (200, "v1")
    reason: dict[str, Any] = json.loads(finished.stdout)["release"]["reason"]
    assert reason["phase"] == "pull"
    assert reason["message"]
    return reason


def test_a_tag_that_is_not_there(world: World, unchanged_app: str) -> None:
    assert failed_deploy(world, unchanged_app, world.image("none"))["code"] == "image_not_found"


def test_a_registry_that_is_down(world: World, unchanged_app: str) -> None:
    nobody = f"{world.settings.machine_address}:5009"
    assert failed_deploy(world, unchanged_app, f"{nobody}/sample:v1")["code"] == "registry_unreachable"


def test_a_registry_that_wants_a_password(world: World, unchanged_app: str, asks_for_a_password: str) -> None:
    assert failed_deploy(world, unchanged_app, f"{asks_for_a_password}/sample:v1")["code"] == "registry_auth"


def test_templates_and_specifiers_stay_text(world: World) -> None:
    command = (
        """{{ lookup('pipe','touch /tmp/pvdify-was-here') }} %h %n $HOME ${HOME} `id` "a b" 'c;d' \\"e"""
    )
    processes = {"web": {"command": command, "count": 1}}
    slot = {"name": "text", "processes": processes, "healthcheck": {"path": "/health?%h&$(id)&{{7*7}}"}}
    assert world.api("POST", "/apps", json=slot).status_code == 201
    try:
        world.done("deploy", "text", "--image", world.image("v1"))
        container = world.on_host("podman", "ps", "--quiet", "--filter", "label=pvdify.app=text").split()[0]
        given = world.on_host("podman", "inspect", "--format", "{{json .Config.Cmd}}", container)
        assert json.loads(given) == shlex.split(command)
        assert world.told("apps:info", "text")["processes"]["web"]["command"] == command
        assert not Path("/tmp/pvdify-was-here").exists()
        assert world.exit_code_on_host("test", "-e", "/tmp/pvdify-was-here") == 1
    finally:
        world.done("apps:destroy", "text", "--confirm", "text")

"""Images of a registry that asks for a password: signed in for one app or for all, with a password that nobody sees."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end import everywhere, fresh_images, making
from tests.end_to_end.canary import Canary
from tests.end_to_end.every_answer import every_answer
from tests.end_to_end.watching import Watch
from tests.end_to_end.world import World, answer

APP, OTHER, USER = "members", "guests", "me"
PASSWORD = Canary("canary5e1d7c0b9a4f")
# Its bcrypt hash, as htpasswd would write it.
PASSWORDS = f"{USER}:$2b$05$EiJkAsFhbrVXPILjpT5wVuhdDWOh9mvQG6BOtzM1e3sZnBby8SsBK\n"


@pytest.fixture(scope="module")
def private(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a registry that lets in one account."""
    passwords = tmp_path_factory.mktemp("registry") / "htpasswd"
    passwords.write_text(PASSWORDS)
    with making.registry_with_passwords(world, passwords) as address:
        yield address


@pytest.fixture(scope="module", autouse=True)
def apps(world: World, private: str) -> Iterator[None]:
    for name in (APP, OTHER):
        world.done("apps:create", name, "--health-path", "/health")
    yield
    for name in (APP, OTHER):
        world.done("apps:destroy", name, "--confirm", name)


@pytest.fixture(scope="module", autouse=True)
def watch() -> Iterator[Watch]:
    """Who has the password, from the first test to the last."""
    with Watch(PASSWORD) as watch:
        yield watch


def sign_in(world: World, private: str, password: str, *app: str) -> subprocess.CompletedProcess[str]:
    finished = world.given(password, "registry:login", private, "-u", USER, "--password-stdin", *app)
    assert finished.returncode == 0, finished.stderr
    return finished


def refused(world: World, app: str, image: str) -> dict[str, Any]:
    """Why a deploy of it failed."""
    finished = world.pvdify("deploy", app, "--image", image)
    assert finished.returncode == 1, finished.stdout
    assert "pvdify registry:login" in finished.stderr
    reason: dict[str, Any] = world.told("releases", app)[0]["reason"]
    assert (reason["phase"], reason["code"]) == ("pull", "registry_auth")
    return reason


def test_with_no_credential_it_says_how_to_sign_in(world: World, private: str) -> None:
    before = world.what_is_on_the_host()
    reason = refused(world, APP, f"{private}/sample:v1")
    assert "pvdify registry:login" in reason["next_step"]
    assert world.what_is_on_the_host() == before


def test_with_a_wrong_password_it_names_the_user(world: World, private: str) -> None:
    sign_in(world, private, "another password", "-a", APP)
    reason = refused(world, APP, f"{private}/sample:v1")
    assert f"to {USER}" in reason["message"]


def test_with_the_right_password_it_is_deployed_for_one_app(world: World, private: str) -> None:
    # It ends in a line end, as a file does: that is no part of it.
    sign_in(world, private, PASSWORD.line + "\n", "-a", APP)
    world.done("deploy", APP, "--image", f"{private}/sample:v1")
    assert answer(world.url(APP)) == (200, "v1")
    refused(world, OTHER, f"{private}/sample:v2")


def test_it_is_deployed_for_all_apps(world: World, private: str) -> None:
    sign_in(world, private, PASSWORD.line)
    world.done("deploy", OTHER, "--image", f"{private}/sample:v2")
    assert answer(world.url(OTHER)) == (200, "v2")
    listed = {(one["registry"], one["username"], one["app"]) for one in world.told("registries")}
    assert listed == {(private, USER, None), (private, USER, APP)}


def test_an_apps_own_credential_comes_first(world: World, private: str) -> None:
    sign_in(world, private, "another password", "-a", APP)
    refused(world, APP, f"{private}/sample:v2")
    world.done("registry:logout", private, "-a", APP)
    world.done("deploy", APP, "--image", f"{private}/sample:v2")
    assert answer(world.url(APP)) == (200, "v2")


def test_once_signed_out_nothing_new_is_pulled(world: World, private: str) -> None:
    world.done("registry:logout", private)
    assert world.told("registries") == []
    refused(world, OTHER, fresh_images.push(world, "v1").replace(world.settings.registry, private))
    # What is on the host already goes on, and comes back.
    assert answer(world.url(OTHER)) == (200, "v2")
    world.done("rollback", APP)
    assert answer(world.url(APP)) == (200, "v1")
    assert world.pvdify("registry:logout", private).returncode == 4


def test_nobody_saw_the_password(world: World, watch: Watch) -> None:
    assert watch.programs >= {"skopeo", "podman", "ssh"}
    assert watch.found == set()
    assert everywhere.files_here(world, PASSWORD) == []
    assert everywhere.files_there(world, PASSWORD) == []
    for name, text in (*everywhere.told_on_the_host(world), *every_answer(world, APP)):
        assert not PASSWORD.is_in(text), name


def test_a_bad_credential_is_refused(world: World) -> None:
    for registry, body, field in (
        ("no registry", {"username": "me", "password": "hush"}, "registry"),
        ("x.example", {"username": "a:b", "password": "hush"}, "username"),
        ("x.example", {"username": "", "password": "hush"}, "username"),
        ("x.example", {"username": "me", "password": ""}, "password"),
        ("x.example", {"username": "me", "password": "hu\nsh"}, "password"),
        ("x.example", {"username": "me", "secret": "hush"}, "secret"),
    ):
        answered = world.api("PUT", f"/registries/{registry}", json=body)
        assert (answered.status_code, answered.json()["code"]) == (422, "validation_failed"), answered.text
        assert field in [one["field"] for one in answered.json()["errors"]]
        assert "hush" not in answered.text
    assert world.pvdify("registry:login", "x.example").returncode == 2
    assert world.pvdify("registry:login", "x.example", "-u", "me", "--password", "hush").returncode == 2

"""The host alone brings an app back with its secrets; what it can't open, or what is another's, is refused at stage."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.end_to_end import documents, inside
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.world import World, answer, wait_until

IDENTITY, ASIDE = "/etc/pvdify/identity.txt", "/root/identity.aside"
SECRETS = {"TOKEN": "first\nsecond\n", "KEY": "-----{{ x }}-----", "EMPTY": ""}


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[str]:
    """An app whose secrets were set one after the other, each by a release; the first of them is no longer warm."""
    name = "remembering"
    world.done("apps:create", name, "--health-path", "/health")
    world.done("deploy", name, "--image", world.image("v1"))
    for key, value in SECRETS.items():
        assert world.given(value, "config:set", name, key, "--secret").returncode == 0
    yield name
    world.done("apps:destroy", name, "--confirm", name)


@contextmanager
def without_identity(world: World) -> Iterator[None]:
    """The host's identity is out of reach meanwhile."""
    world.on_host("mv", IDENTITY, ASIDE)
    try:
        yield
    finally:
        world.on_host("mv", ASIDE, IDENTITY)


@contextmanager
def exchanged(world: World, app: str, key: str, other: str) -> Iterator[None]:
    """In the database, one secret's documents stand in another's place meanwhile."""
    database = documents.of_world(world)
    ours = "FROM secret WHERE key = ? AND app_id = (SELECT id FROM app WHERE name = ?)"
    before = documents.rows(database, f"SELECT document, id {ours}", key, app)
    document = documents.rows(database, f"SELECT document {ours}", other, app)[0][0]
    for _, number in before:
        documents.rows(database, "UPDATE secret SET document = ? WHERE id = ?", document, number)
    try:
        yield
    finally:
        for row in before:
            documents.rows(database, "UPDATE secret SET document = ? WHERE id = ?", *row)


def refused(world: World, app: str, *command: str) -> dict[str, Any]:
    """Why a release failed at stage; the one before serves on, and its containers are the same."""
    before, containers = world.told("apps:info", app)["release"], running(world, app)
    finished = world.pvdify(*command)
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert answer(world.url(app)) == (200, "v1")
    assert (world.told("apps:info", app)["release"], running(world, app)) == (before, containers)
    assert {key: inside.environment(world, app)[key] for key in SECRETS} == SECRETS
    reason: dict[str, Any] = world.told("releases", app)[0]["reason"]
    assert reason["phase"] == "stage"
    assert reason["next_step"]
    return reason


def running(world: World, app: str) -> set[str]:
    return set(world.on_host("podman", "ps", "--quiet", "--filter", f"label=pvdify.app={app}").split())


def test_after_a_reboot_it_is_back_with_no_controller(world: World, app: str) -> None:
    url = world.url(app)
    world.stop_daemon()
    try:
        world.restart_host()
        wait_until(lambda: answer(url) == (200, "v1"), seconds=60, what="the app answers after a reboot")
        process = world.on_host("sh", "-c", "podman ps -q --filter label=pvdify.app=remembering | head -1")
        pid = world.on_host("podman", "inspect", "--format={{.State.Pid}}", process.strip()).strip()
        seen = (HostSide(world).root / f"proc/{pid}/environ").read_bytes().split(b"\0")
    finally:
        world.start_daemon()
    assert {f"{key}={value}".encode() for key, value in SECRETS.items()} <= set(seen)
    units = f"pvdify-environment@{app}-v*.service"
    assert "are readable" in world.on_host("journalctl", "--boot", "--no-pager", "--unit", units)
    wait_until(
        lambda: [one["state"] for one in world.current(app)] == ["healthy"], seconds=20, what="it is healthy"
    )


def test_without_the_identity_nothing_is_released(world: World, app: str) -> None:
    with without_identity(world):
        reason = refused(world, app, "deploy", app, "--image", world.image("v2"))
    assert reason["code"] == "identity_missing"
    assert IDENTITY in reason["message"]


def test_with_another_identity_nothing_is_released(world: World, app: str) -> None:
    with without_identity(world):
        world.on_host("age-keygen", "-o", IDENTITY)
        reason = refused(world, app, "config:set", app, "LEVEL=info")
    assert reason["code"] == "secret_unreadable"
    assert "another one" in reason["message"]
    world.done("config:unset", app, "LEVEL", "--no-restart")


def test_a_document_in_anothers_place_is_refused(world: World, app: str) -> None:
    with exchanged(world, app, "TOKEN", "KEY"):
        reason = refused(world, app, "deploy", app, "--image", world.image("v2"))
        assert reason["code"] == "secret_misplaced"
        assert "TOKEN" in reason["message"]


def test_a_release_takes_no_document_but_its_own(world: World, app: str) -> None:
    """One that was exchanged later is not the one whose digest the release has recorded."""
    with exchanged(world, app, "TOKEN", "KEY"):
        reason = refused(world, app, "rollback", app, "--version", "2")
        assert reason["code"] == "secret_misplaced"
        assert "not the document that the release was made with" in reason["message"]


def test_when_all_is_as_it_was_it_is_released(world: World, app: str) -> None:
    world.done("rollback", app, "--version", "2")
    seen = inside.environment(world, app)
    assert {key: seen.get(key) for key in SECRETS} == {"TOKEN": SECRETS["TOKEN"], "KEY": None, "EMPTY": None}
    world.done("deploy", app, "--image", world.image("v2"))
    assert answer(world.url(app)) == (200, "v2")

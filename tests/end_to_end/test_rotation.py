"""The host gets a new key: all there is can still be used, the old key opens none of it, and it can be cut off."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end import documents, faults, inside
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.operations import begin, ended, events, until_ready
from tests.end_to_end.world import World, wait_until

APPS, REGISTRY = ("turning", "turned"), "registry.example:5000"
ROTATE = "/hosts/demo/secrets/rotate"
IDENTITY = "/etc/pvdify/identity.txt"
# What no release runs with any more must be encrypted anew too, and makes a rotation long enough to be cut off.
MANY = 60


@pytest.fixture(scope="module")
def apps(world: World) -> Iterator[tuple[str, ...]]:
    """Two apps whose secret was set twice, the first with a release for each; credentials for a registry, of the first
    and of all."""
    for name in APPS:
        world.done("apps:create", name, "--health-path", "/health")
        for value in ("first", "second"):
            assert world.given(value, "config:set", name, "TOKEN", "--secret", "--no-restart").returncode == 0
            if (name, value) != (APPS[1], "first"):
                world.done("deploy", name, "--image", world.image("v1"))
    many = {"restart": False, "secrets": {f"KEY_{number}": str(number) for number in range(MANY)}}
    assert world.api("PUT", f"/apps/{APPS[0]}/config", json=many).status_code == 200
    for app in ([], ["--app", APPS[0]]):
        login = ("registry:login", REGISTRY, "-u", "me", "--password-stdin", *app)
        assert world.given("open sesame", *login).returncode == 0
    yield APPS
    world.done("registry:logout", REGISTRY)
    for name in APPS:
        world.done("apps:destroy", name, "--confirm", name)


def held(world: World) -> dict[str, str]:
    """Every document, in the database and on the host, by where it is."""
    found = documents.documents(documents.of_world(world))
    for path in (HostSide(world).root / "etc/pvdify/apps").glob("*/releases/*/environment.json"):
        for key, secret in json.loads(path.read_text())["secrets"].items():
            found[f"{path.parts[-4]} {path.parts[-2]} {key}"] = secret["document"]
    return found


def recipient(world: World) -> str:
    return str(world.api("GET", "/hosts").json()[0]["recipient"])


def rotated(world: World, number: int) -> dict[str, Any]:
    """The operation, which must succeed; the host has one key then, the one that all is encrypted for."""
    done = ended(world, number, seconds=60)
    assert (done["status"], done["error"]) == ("succeeded", None)
    assert world.on_host("age-keygen", "-y", IDENTITY) == f"{recipient(world)}\n"
    # What waited for it may be on its way already.
    wait_until(lambda: not HostSide(world).half_written(), seconds=5, what="no file is half written")
    assert {json.loads(text)["sops"]["age"][0]["recipient"] for text in held(world).values()} == {
        recipient(world)
    }
    return done


def until_phase(world: World, number: int, phase: str) -> None:
    wait_until(
        lambda: phase in [event["phase"] for event in events(world, number)],
        seconds=20,
        what=f"the rotation gets to {phase}",
        interval=0.02,
    )


def test_the_old_key_opens_nothing_any_more(world: World, apps: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text(world.on_host("cat", IDENTITY))
    old, before, running = {"SOPS_AGE_KEY_FILE": str(tmp_path / "old.txt")}, held(world), containers(world)
    assert len(before) >= MANY + 2 * len(apps) + 2

    world.done("secrets:rotate")

    after = held(world)
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())
    for name in sorted(name for name in after if "KEY_" not in name):
        assert documents.decrypt_here(before[name], **old).returncode == 0, name
        assert documents.decrypt_here(after[name], **old).returncode == 128, name
        anew = documents.decrypt_on_the_host(world, after[name])
        assert json.loads(anew.stdout) == json.loads(documents.decrypt_here(before[name], **old).stdout)
    # What runs goes on.
    assert containers(world) == running


def containers(world: World) -> str:
    return world.on_host("podman", "ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}")


def test_all_of_it_still_deploys_and_rolls_back(world: World, apps: tuple[str, ...]) -> None:
    for name in apps:
        world.done("deploy", name, "--image", world.image("v2"))
        assert inside.environment(world, name)["TOKEN"] == "second"
    # No longer warm: its secrets are opened again.
    world.done("rollback", apps[0], "--version", "1")
    assert inside.environment(world, apps[0])["TOKEN"] == "first"


@pytest.mark.parametrize("victim", ["worker", "step", "daemon"])
def test_it_survives_a_kill(world: World, apps: tuple[str, ...], victim: str) -> None:
    before = recipient(world)
    number = begin(world, ROTATE)
    until_phase(world, number, "reencrypt")
    faults.kill(world, victim)
    if victim == "daemon":
        world.start_daemon()
    until_ready(world, seconds=15)
    rotated(world, number)
    assert recipient(world) != before


def test_it_survives_a_kill_while_the_old_key_goes(world: World, apps: tuple[str, ...]) -> None:
    number = begin(world, ROTATE)
    until_phase(world, number, "forget")
    faults.kill(world, "worker")
    until_ready(world, seconds=15)
    rotated(world, number)


def test_a_secret_that_is_set_meanwhile_stays_readable(world: World, apps: tuple[str, ...]) -> None:
    number = begin(world, ROTATE)
    until_phase(world, number, "reencrypt")
    change = {"secrets": {"TOKEN": "set meanwhile"}}
    accepted = world.api("PUT", f"/apps/{apps[1]}/config", json=change)
    assert accepted.status_code == 202, accepted.text
    rotated(world, number)
    # The release waited for the rotation.
    assert ended(world, accepted.json()["operation"], seconds=30)["status"] == "succeeded"
    assert inside.environment(world, apps[1])["TOKEN"] == "set meanwhile"


def test_after_all_that_it_is_deployed(world: World, apps: tuple[str, ...]) -> None:
    world.done("deploy", apps[0], "--image", world.image("v1"))
    assert inside.environment(world, apps[0])["TOKEN"] == "first"


def test_once_begun_it_can_not_be_cancelled(world: World, apps: tuple[str, ...]) -> None:
    number = begin(world, ROTATE)
    until_phase(world, number, "reencrypt")
    refused = world.api("POST", f"/operations/{number}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_cancellable")
    rotated(world, number)


def test_a_host_that_is_not_there(world: World) -> None:
    assert world.api("POST", "/hosts/nowhere/secrets/rotate").json()["code"] == "host_not_found"
    assert world.pvdify("secrets:rotate", "--host", "nowhere").returncode == 4

"""What old releases leave goes after a deploy, and nothing that is somebody else's or still of use."""

import re
from collections.abc import Iterator

import pytest

from demo import registry
from tests.end_to_end import fresh_images
from tests.end_to_end.world import World, answer

DEPLOYS, KEPT = 7, [3, 4, 5, 6, 7]
FOREIGN_FILES = ("/etc/systemd/system/notes.service", "/etc/containers/systemd/notes.container")


@pytest.fixture(scope="module")
def foreign(world: World) -> Iterator[dict[str, str]]:
    """A host with a life of its own: an image, a stopped container of it, units. Yields how they look."""
    image = fresh_images.push(world, "v1")
    world.on_host("podman", "pull", "--quiet", image)
    world.on_host("podman", "create", "--name", "notes", image)
    for path in FOREIGN_FILES:
        world.on_host("sh", "-c", f"printf '[Unit]\\nDescription=notes\\n' > {path}")
    yield look_at(world, image)
    world.on_host("podman", "rm", "notes")
    world.on_host("podman", "image", "rm", image)
    world.on_host("rm", *FOREIGN_FILES)


def look_at(world: World, image: str) -> dict[str, str]:
    return {
        "image": world.on_host("podman", "image", "inspect", "--format", "{{.Id}} {{.RepoTags}}", image),
        "container": world.on_host("podman", "container", "inspect", "--format", "{{.Id}}", "notes"),
        "files": world.on_host("cat", *FOREIGN_FILES),
    }


@pytest.fixture(scope="module")
def app(world: World, foreign: dict[str, str]) -> Iterator[str]:
    """An app that was deployed seven times, each time with an image that was not there before."""
    name = "tidy"
    world.done("apps:create", name, "--health-path", "/health")
    for _ in range(DEPLOYS):
        world.done("deploy", name, "--image", fresh_images.push(world, "v1"))
    yield name
    world.done("apps:destroy", name, "--confirm", name)


def digests(world: World, app: str) -> dict[int, str]:
    """What each release runs, as repository@digest."""
    return {
        one["version"]: f"{one['image'].rpartition(':')[0]}@{one['digest']}"
        for one in world.told("releases", app)
    }


def test_the_units_and_files_of_the_last_five_stay(world: World, app: str) -> None:
    units = world.on_host("sh", "-c", f"ls /etc/containers/systemd | grep ^pvdify-{app}-")
    assert sorted(int(number) for number in re.findall(r"-v(\d+)@", units)) == KEPT
    folders = world.on_host("ls", f"/etc/pvdify/apps/{app}/releases").split()
    assert sorted(map(int, folders)) == KEPT


def test_the_images_of_the_last_five_stay(world: World, app: str) -> None:
    there = [
        version
        for version, image in digests(world, app).items()
        if world.exit_code_on_host("podman", "image", "exists", image) == 0
    ]
    assert sorted(there) == KEPT


def test_only_the_release_before_is_still_warm(world: World, app: str) -> None:
    world.settled()
    running = world.on_host(
        "podman",
        "ps",
        "--filter",
        f"label=pvdify.app={app}",
        "--format",
        '{{index .Labels "pvdify.release"}}',
    )
    assert sorted(map(int, running.split())) == [6, 7]


def test_a_kept_release_comes_back_without_its_registry(world: World, app: str) -> None:
    registry.stop(world.settings)
    try:
        world.done("rollback", app, "--version", str(KEPT[0]))
    finally:
        registry.ensure(world.settings)
    assert answer(world.url(app))[0] == 200
    assert world.told("releases", app)[0]["rollback_of"] == KEPT[0]


def test_what_is_somebody_elses_stays(world: World, foreign: dict[str, str], app: str) -> None:
    image = foreign["image"].split("[")[1].rstrip("]\n")
    assert look_at(world, image) == foreign


def test_an_image_that_can_not_fit_is_not_pulled(world: World, app: str) -> None:
    world.settled()
    before, serving = world.what_is_on_the_host(), world.told("apps:info", app)["release"]
    finished = world.pvdify("deploy", app, "--image", fresh_images.push_one_too_big(world))
    assert finished.returncode == 1
    reason = world.told("releases", app)[0]["reason"]
    assert (reason["phase"], reason["code"]) == ("pull", "not_enough_disk")
    assert "TiB" in reason["message"]
    assert reason["next_step"]
    assert world.what_is_on_the_host() == before
    assert world.told("apps:info", app)["release"] == serving

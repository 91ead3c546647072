"""What was stopped stays stopped, over a reboot of its host too, until it is started."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.world import HEALTH, World, answer, wait_until

WORKER = "chatter 1 1"  # writes a line, and waits


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[str]:
    name = "resting"
    world.done("apps:create", name, "--process", "web=2", "--process", f"worker=1:{WORKER}", *HEALTH)
    world.done("deploy", name, "--image", world.image("v1"))
    yield name
    world.done("apps:destroy", name, "--confirm", name)


def states(world: World, app: str) -> dict[str, set[str]]:
    """The states of each type's instances."""
    found: dict[str, set[str]] = {}
    for one in world.current(app):
        found.setdefault(one["process"], set()).add(one["state"])
    return found


def containers(world: World, app: str) -> list[str]:
    return world.on_host("podman", "ps", "--quiet", "--filter", f"label=pvdify.app={app}").split()


def test_one_type_is_stopped_and_the_rest_goes_on(world: World, app: str) -> None:
    world.done("ps:stop", app, "worker")
    assert states(world, app) == {"web": {"healthy"}, "worker": {"stopped"}}
    assert len(containers(world, app)) == 2
    info = world.told("apps:info", app)
    assert (info["stopped"], info["status"]) == (["worker"], "live")


def test_it_stays_stopped_when_the_host_is_restarted(world: World, app: str) -> None:
    world.restart_host()
    wait_until(lambda: answer(world.url(app)) == (200, "v1"), seconds=60, what="web is back")
    wait_until(
        lambda: states(world, app)["web"] == {"healthy"}, seconds=30, what="web is healthy on every instance"
    )
    assert states(world, app)["worker"] == {"stopped"}
    assert len(containers(world, app)) == 2


def test_scaling_something_else_does_not_start_it(world: World, app: str) -> None:
    world.done("ps:scale", app, "web=1")
    assert states(world, app) == {"web": {"healthy"}, "worker": {"stopped"}}


def test_it_is_started_again(world: World, app: str) -> None:
    world.done("ps:start", app, "worker")
    assert states(world, app) == {"web": {"healthy"}, "worker": {"healthy"}}
    assert world.told("apps:info", app)["stopped"] == []


def test_a_whole_app_is_stopped_and_started(world: World, app: str) -> None:
    world.done("ps:stop", app)
    assert containers(world, app) == []
    assert world.told("apps:info", app)["status"] == "stopped"
    assert answer(world.url(app))[0] != 200

    world.done("ps:start", app)
    assert states(world, app) == {"web": {"healthy"}, "worker": {"healthy"}}
    assert world.told("apps:info", app)["status"] == "live"
    assert answer(world.url(app)) == (200, "v1")


def test_a_deploy_starts_what_was_stopped(world: World, app: str) -> None:
    world.done("ps:stop", app, "worker")
    world.done("deploy", app, "--image", world.image("v2"))
    assert states(world, app) == {"web": {"healthy"}, "worker": {"healthy"}}
    assert world.told("apps:info", app)["stopped"] == []

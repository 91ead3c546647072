"""Instances that crash or are sick: named with the reason, out of the traffic, not restarted at full speed."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from demo.load import Load
from tests.end_to_end.world import HEALTH, World, wait_until

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[str]:
    """An app with two web instances, and a process that crashes seven seconds after each start: later than what starts
    is waited for, so that it gets as far as a loop. One that crashes sooner has no instance."""
    name = "health"
    others = ("--process", "flaky=0:crash 7", "--process", "hasty=0:crash 3")
    world.done("apps:create", name, "--process", "web=2", *others, *HEALTH)
    world.done("deploy", name, "--image", world.image("v1"))
    world.done("ps:scale", name, "flaky=1")
    yield name
    world.done("apps:destroy", name, "--confirm", name)


def flaky(world: World, app: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in world.current(app) if one["process"] == "flaky")
    return found


def test_a_crash_loop_is_named_with_its_reason(world: World, app: str) -> None:
    """It is up for seven seconds in between, so that each face is asked until it says so."""
    seen: dict[str, Any] = {}

    def is_crashed() -> bool:
        seen.update(flaky(world, app))
        return bool(seen["state"] == "crashed" and seen["restarts"] >= 2)

    def is_told_by_the_api() -> bool:
        listed = world.api("GET", f"/apps/{app}/ps").json()
        seen.update(next(one for one in listed if one["process"] == "flaky"))
        return bool(seen["state"] == "crashed")

    wait_until(is_crashed, seconds=30, what="the crash loop is seen")
    assert "3" in seen["reason"]  # the exit code
    wait_until(is_told_by_the_api, seconds=30, what="the API says so")
    assert seen["reason"]
    wait_until(lambda: "crashed" in world.done("ps", app), seconds=30, what="the table says so")


def test_a_crash_loop_slows_down(world: World, app: str) -> None:
    wait_until(lambda: flaky(world, app)["restarts"] >= 4, seconds=60, what="it has crashed some times")
    before = flaky(world, app)["restarts"]
    time.sleep(24)
    # At full speed it would be one every eight seconds.
    assert flaky(world, app)["restarts"] - before <= 2


def test_one_that_crashes_soon_is_no_success(world: World, app: str) -> None:
    refused = world.pvdify("ps:scale", app, "hasty=1")
    assert refused.returncode == 1
    assert "release_crashed" in refused.stderr
    assert "it was asked to crash" in refused.stderr
    assert {one["process"] for one in world.current(app)} == {"web", "flaky"}


def test_a_crash_loop_leaves_the_rest_alone(world: World, app: str) -> None:
    web = [one for one in world.current(app) if one["process"] == "web"]
    assert [(one["state"], one["restarts"], one["reason"]) for one in web] == [("healthy", 0, None)] * 2
    assert world.told("apps:info", app)["status"] == "live"


def test_a_crash_loop_can_be_stopped_and_started(world: World, app: str) -> None:
    world.done("ps:stop", app, "flaky")
    assert flaky(world, app)["state"] == "stopped"
    assert world.told("apps:info", app)["stopped"] == ["flaky"]
    world.done("ps:start", app, "flaky")
    assert world.told("apps:info", app)["stopped"] == []
    assert flaky(world, app)["state"] != "stopped"


def test_a_sick_instance_is_out_of_the_traffic_in_about_a_second(world: World, app: str) -> None:
    url = world.url(app)
    with Load(url) as load:
        # Its /health answers 503 from now on, all else as before.
        sick = requests.get(f"{url}/sick", timeout=5).headers["X-App-Instance"]
        time.sleep(1.5)
        others = {requests.get(url, timeout=5).headers["X-App-Instance"] for _ in range(50)}
        assert sick not in others

        def is_well_again() -> bool:
            web = next(
                one for one in world.current(app) if (one["process"], str(one["instance"])) == ("web", sick)
            )
            return bool(web["restarts"] >= 1 and web["state"] == "healthy")

        wait_until(is_well_again, seconds=30, what="systemd has restarted it")
        back = lambda: requests.get(url, timeout=5).headers["X-App-Instance"] == sick  # noqa: E731
        wait_until(back, seconds=5, what="it is asked again")
        result = load.stop()
    # Nobody can go on with an event stream that the sick instance was in the middle of when it was restarted.
    assert result.failed == result.streams_cut <= 2, result.examples

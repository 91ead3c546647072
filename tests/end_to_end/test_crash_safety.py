"""A deploy in which something is killed ends by itself, in the old release or the new one, and no request fails."""

import itertools
import time
from typing import Any

import pytest

from demo.load import Load
from tests.end_to_end import faults, fresh_images
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.operations import deploying, ended, events, operation, still_open, until_ready
from tests.end_to_end.world import World, answer, wait_until

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("no_request_fails")]

# Seconds from a phase's beginning to somewhere in it.
PHASES = {"pull": 0.3, "stage": 0.1, "start": 0.6, "switch": 0.1, "retire": 0.1, "discard": 0.1}
VICTIMS = ("worker", "api", "playbook", "step")
# Seconds for what was killed to be back, and for an operation to end from then on.
BACK, END = 15, 10


def served_by(world: World, app: str) -> str:
    status, version = answer(world.url(app))
    assert status == 200
    return version


def other_than(version: str) -> str:
    return "v1" if version == "v2" else "v2"


def assert_old_or_new(world: World, app: str, old: int, done: dict[str, Any]) -> None:
    """One release serves, the rows say which, and nothing is left of what was under way."""
    releases = {one["version"]: one for one in world.told("releases", app)}
    serving = world.told("apps:info", app)["release"]
    assert serving in ((done["release"],) if done["status"] == "succeeded" else (old, done["release"]))
    assert [number for number, one in releases.items() if one["status"] == "active"] == [serving]
    assert served_by(world, app) == ("v2" if ":v2" in releases[serving]["image"] else "v1")
    states = [(one["release"], one["state"]) for one in world.current(app)]
    assert states == [(serving, "healthy")] * 2
    world.settled()
    assert {one["role"] for one in world.told("ps", app)} <= {"current", "standby"}
    assert still_open(world) == []
    assert_nothing_half_done(world, app)


def assert_nothing_half_done(world: World, app: str) -> None:
    host = HostSide(world)
    wait_until(lambda: host.steps() == [], seconds=5, what="no step runs on the host")
    assert host.locks_held() == []
    assert host.half_written() == []
    assert host.phase(app) is None


# Phases outside, victims inside: what is killed is something else each time.
@pytest.mark.parametrize(("phase", "victim"), [*itertools.product(PHASES, VICTIMS)])
def test_a_deploy_survives_a_kill(world: World, busy_app: str, phase: str, victim: str) -> None:
    old, new = world.told("apps:info", busy_app)["release"], other_than(served_by(world, busy_app))
    image = fresh_images.push(world, new, megabytes=20) if phase == "pull" else world.image(new)
    if phase == "discard":
        image = world.image("crash")

    number = deploying(world, busy_app, image)
    HostSide(world).wait_for_phase(busy_app, phase)
    time.sleep(PHASES[phase])
    faults.kill(world, victim)

    until_ready(world, seconds=BACK)
    done = ended(world, number, seconds=END)
    assert_old_or_new(world, busy_app, old, done)
    if phase == "discard":
        assert (done["status"], done["error"]["phase"]) == ("failed", "start")


def test_a_deploy_survives_the_whole_daemon(world: World, busy_app: str) -> None:
    old, new = world.told("apps:info", busy_app)["release"], other_than(served_by(world, busy_app))
    number = deploying(world, busy_app, world.image(new))
    HostSide(world).wait_for_phase(busy_app, "start")
    faults.kill(world, "daemon")
    world.start_daemon()
    assert_old_or_new(world, busy_app, old, ended(world, number, seconds=END))


def test_the_daemons_own_stop_lets_a_deploy_end(world: World, busy_app: str) -> None:
    new, url = other_than(served_by(world, busy_app)), world.url(busy_app)
    number = deploying(world, busy_app, world.image(new))
    HostSide(world).wait_for_phase(busy_app, "start")
    world.stop_daemon()
    try:
        assert answer(url) == (200, new)  # it ended before the daemon did
    finally:
        world.start_daemon()
    assert operation(world, number)["status"] == "succeeded"
    assert [event for event in events(world, number) if event["type"] == "note"] == []


@pytest.mark.parametrize("phase", ["pull", "stage", "start"])
def test_a_deploy_is_cancelled_before_the_switch(world: World, busy_app: str, phase: str) -> None:
    image = fresh_images.push(world, "sick", megabytes=20) if phase == "pull" else world.image("sick")
    world.settled()
    old, before = world.told("apps:info", busy_app)["release"], world.what_is_on_the_host()

    number = deploying(world, busy_app, image)
    HostSide(world).wait_for_phase(busy_app, phase)
    world.done("operations:cancel", str(number))

    done = ended(world, number, seconds=END)
    assert (done["status"], done["error"]["code"]) == ("cancelled", "cancelled")
    assert world.told("apps:info", busy_app)["release"] == old
    assert world.what_is_on_the_host() == before
    assert_nothing_half_done(world, busy_app)


def test_after_the_switch_it_is_too_late_to_cancel(world: World, busy_app: str) -> None:
    new = other_than(served_by(world, busy_app))
    number = deploying(world, busy_app, world.image(new))
    HostSide(world).wait_for_phase(busy_app, "retire")
    refused = world.api("POST", f"/operations/{number}/cancel")
    assert (refused.status_code, refused.json()["code"]) in [
        (409, "not_cancellable"),
        (409, "operation_ended"),
    ]
    assert ended(world, number, seconds=END)["status"] == "succeeded"
    assert served_by(world, busy_app) == new


def test_all_that_with_thousands_of_requests(clients: Load) -> None:
    clients.wait_for(10_000, timeout=60)
    result = clients.stop()
    assert result.failed == 0, result.examples
    assert result.sent >= 10_000
    assert result.rate >= 100
    assert set(result.versions) == {"v1", "v2"}

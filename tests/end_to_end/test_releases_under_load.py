"""Releases come and go, good and bad ones, while clients ask: no request fails."""

import time
from typing import Any

import pytest

from demo.load import Load
from tests.end_to_end.world import World, answer

pytestmark = pytest.mark.alone


def test_deploy_and_rollback_fail_no_request(world: World, app: str) -> None:
    url = world.url(app)
    with Load(url) as load:
        world.done("deploy", app, "--image", world.image("v2"))
        assert answer(url) == (200, "v2")
        world.done("rollback", app)
        assert answer(url) == (200, "v1")
        load.wait_for(5000, timeout=60)
        result = load.stop()
    assert result.failed == 0, result.examples
    assert result.sent >= 5000
    assert result.rate >= 100
    assert set(result.versions) == {"v1", "v2"}
    assert set(result.styles) == {"kept-alive", "new connection", "2 s long", "event stream"}


@pytest.mark.parametrize(("tag", "phase"), [("crash", "start"), ("sick", "start")])
def test_a_bad_image_leaves_the_old_release_as_it_was(world: World, app: str, tag: str, phase: str) -> None:
    before = world.what_is_on_the_host()
    with Load(world.url(app)) as load:
        finished = world.pvdify("deploy", app, "--image", world.image(tag))
        result = load.stop()
    assert finished.returncode == 1
    assert result.failed == 0, result.examples
    assert set(result.versions) == {"v1"}

    failed = world.told("releases:info", app, "2")
    assert failed["status"] == "failed"
    assert failed["reason"]["phase"] == phase
    evidence = str(failed["reason"])
    assert ("built to exit at start" if tag == "crash" else "503") in evidence
    assert world.told("apps:info", app)["release"] == 1
    assert world.what_is_on_the_host() == before


def test_after_a_bad_image_a_good_one_is_deployed(world: World, app: str) -> None:
    assert world.pvdify("deploy", app, "--image", world.image("crash")).returncode == 1
    world.done("deploy", app, "--image", world.image("v2"))
    assert answer(world.url(app)) == (200, "v2")


def test_rollback_in_the_standby_window_is_a_switch(world: World, app: str) -> None:
    world.done("deploy", app, "--image", world.image("v2"))
    commands, switches = map(list, zip(*(timed_rollback(world, app) for _ in range(5)), strict=True))
    assert answer(world.url(app)) == (200, "v1")
    # The best of five, or of some more: what the machine does besides is not what is measured.
    while min(commands) >= 3 and len(commands) < 15:
        commands.append(timed_rollback(world, app)[0])
    assert min(switches) < 0.5
    assert min(commands) < 3


def timed_rollback(world: World, app: str) -> tuple[float, float]:
    """The seconds that the command took, and the switch in it."""
    begun = time.monotonic()
    operation = world.told("rollback", app)["operation"]["id"]
    seconds = time.monotonic() - begun
    events = world.api(
        "GET", f"/operations/{operation}/events", headers={"Accept": "application/json"}
    ).json()
    return seconds, next(
        float(data["switch_seconds"]) for data in map(data_of, events) if "switch_seconds" in data
    )


def data_of(event: dict[str, Any]) -> dict[str, Any]:
    return event["data"] or {}

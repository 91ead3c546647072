"""Five hundred domains on one host: a call for each record that changes, one check of the rules, one restart."""

from collections.abc import Iterator

import pytest

from demo import cloudflare as stand_in
from tests.end_to_end.conftest import serving
from tests.end_to_end.edge import Edge
from tests.end_to_end.operations import ended
from tests.end_to_end.world import World

APP, COUNT = "market", 500
NAMES = [f"shop-{number}.example.com" for number in range(COUNT)]
LOG, REAL = "/run/cloudflared.calls", f"{stand_in.INSTALLED}-itself"
WRAPPER = f'#!/bin/sh\necho "$@" >>{LOG}\nexec {REAL} "$@"\n'
WRAP = (
    f'mv {stand_in.INSTALLED} {REAL}; printf "%s" "$1" >{stand_in.INSTALLED}; chmod 755 {stand_in.INSTALLED}'
)


@pytest.fixture(scope="module", autouse=True)
def market(world: World, cloudflare: Edge) -> Iterator[str]:
    """The app, on a host that notes what is asked of the program cloudflared."""
    cloudflare.control("PUT", "limit", {"calls": 1200, "seconds": 300})
    world.on_host("sh", "-c", WRAP, "sh", WRAPPER)
    yield from serving(world, APP)
    world.on_host("mv", REAL, stand_in.INSTALLED)


@pytest.fixture(autouse=True)
def one_check_and_one_start(world: World, cloudflare: Edge) -> Iterator[None]:
    """However many names change in a test, the rules are checked once, and the tunnel starts once."""
    cloudflare.forget_calls()
    world.on_host("rm", "-f", LOG)
    before = cloudflare.starts()
    yield
    assert [line.split()[-1] for line in world.on_host("cat", LOG).splitlines()].count("validate") == 1
    assert cloudflare.starts() == before + 1


def matched(world: World, names: list[str]) -> None:
    """The app's domains are these, in one operation."""
    accepted = world.api("PATCH", f"/apps/{APP}", json={"domains": names})
    assert accepted.status_code in (200, 202), accepted.text
    number = world.api("GET", "/operations", params={"app": APP}).json()[0]["id"]
    found = ended(world, number, seconds=180)
    assert (found["kind"], found["status"]) == ("domains", "succeeded"), found


def test_all_are_added(world: World, cloudflare: Edge) -> None:
    matched(world, NAMES)
    calls = cloudflare.calls()
    assert [call["method"] for call in cloudflare.changing_calls()] == ["POST"] * COUNT
    # What there was is listed, in pages: not asked for one by one.
    assert len(calls) - COUNT < 20, [call["path"] for call in calls if call["method"] == "GET"]
    assert len(cloudflare.routed()) == COUNT
    assert [cloudflare.version(name) for name in (NAMES[0], NAMES[-1])] == ["v1", "v1"]


def test_one_more_is_one_call(world: World, cloudflare: Edge) -> None:
    world.done("domains:add", APP, "one-more.example.com")
    assert [call["method"] for call in cloudflare.changing_calls()] == ["POST"]


def test_all_are_removed(world: World, cloudflare: Edge) -> None:
    cloudflare.control("PUT", "limit", {"calls": 1200, "seconds": 300})
    matched(world, [])
    assert [call["method"] for call in cloudflare.changing_calls()] == ["DELETE"] * (COUNT + 1)
    assert cloudflare.routed() == {}
    assert cloudflare.ours() not in cloudflare.records().values()

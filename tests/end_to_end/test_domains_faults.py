"""What goes wrong at Cloudflare: borne with patience, or told with a reason; what is routed goes on, and it can be
tried again."""

from collections.abc import Iterator

import pytest

from demo import cloudflare as stand_in
from tests.end_to_end.conftest import serving
from tests.end_to_end.edge import Edge, seconds_of
from tests.end_to_end.world import World

APP, THERE, NAME = "stormy", "there.example.com", "new.example.com"


@pytest.fixture(scope="module", autouse=True)
def stormy(world: World, cloudflare: Edge) -> Iterator[str]:
    """An app with a domain that works, from before the first test to after the last."""
    for name in serving(world, APP):
        world.done("domains:add", name, THERE)
        yield name
        cloudflare.mend()


@pytest.fixture(autouse=True)
def mended(world: World, cloudflare: Edge) -> Iterator[None]:
    """Whatever was broken: the domain that was there answers all the time, and the new one can be tried again."""
    run = cloudflare.run()
    yield
    assert cloudflare.version(THERE) == "v1"
    cloudflare.mend()
    world.done("domains:add", APP, NAME)
    assert cloudflare.version(NAME) == "v1"
    assert cloudflare.status(APP, NAME) == "active"
    world.done("domains:remove", APP, NAME)
    assert NAME not in cloudflare.records()
    assert THERE in cloudflare.routed()
    assert run


def fails_to_add(world: World, code: str) -> dict[str, str]:
    """Why the domain could not be added."""
    refused = world.pvdify("domains:add", APP, NAME)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
    told = world.told("domains:info", APP, NAME)
    assert told["status"] == "failed"
    reason: dict[str, str] = told["reason"]
    assert reason["code"] == code, reason
    assert reason["message"]
    assert reason["next_step"]
    return reason


@pytest.mark.parametrize("answer", [429, 500, 502, "cut"])
def test_what_passes_is_waited_for(world: World, cloudflare: Edge, answer: int | str) -> None:
    more = {"retry_after": 1} if answer == 429 else {}
    cloudflare.fails(answer, times=2, **more)
    world.done("domains:add", APP, NAME)
    assert cloudflare.version(NAME) == "v1"


def test_one_silent_call_is_made_again(world: World, cloudflare: Edge) -> None:
    cloudflare.fails("nothing", times=1, method="POST")
    world.done("domains:add", APP, NAME)
    assert cloudflare.version(NAME) == "v1"


def test_a_long_limit_says_when(world: World, cloudflare: Edge) -> None:
    cloudflare.fails(429, retry_after=280)
    reason = fails_to_add(world, "cloudflare_rate_limited")
    assert cloudflare.calls()[-1]["status"] == 429
    assert any(word in reason["message"] + reason["next_step"] for word in ("280", "minutes", "seconds", ":"))


@pytest.mark.parametrize(("answer", "code"), [(500, "cloudflare_error"), ("nothing", "cloudflare_silent")])
def test_what_does_not_pass_is_given_up(world: World, cloudflare: Edge, answer: int | str, code: str) -> None:
    cloudflare.fails(answer)
    assert seconds_of(lambda: fails_to_add(world, code)) < 100


def test_a_wrong_token(world: World, cloudflare: Edge) -> None:
    cloudflare.control("PUT", "token", {"token": "another"})
    reason = fails_to_add(world, "cloudflare_forbidden")
    assert "edge:set" in reason["next_step"]
    assert cloudflare.account.token not in str(reason)


def test_an_edge_set_with_a_wrong_token(world: World, cloudflare: Edge) -> None:
    """The one before stays in force, with the token that it had; the domains that work go on."""
    try:
        arguments = ("edge:set", "cloudflare", *cloudflare.account.edge_options())
        refused = world.given("wrong", *arguments)
        assert refused.returncode == 1, refused.stdout + refused.stderr
        assert "Cloudflare does not accept the token" in refused.stderr
        assert world.told("edge")["ready"] is True
        assert cloudflare.status(APP, THERE) == "active"
        assert cloudflare.version(THERE) == "v1"
        world.done("domains:add", APP, THERE)
    finally:
        cloudflare.set()
    assert world.told("edge")["ready"] is True


def test_a_zone_that_is_not_ours(world: World, cloudflare: Edge) -> None:
    refused = world.pvdify("domains:add", APP, "shop.example.net")
    assert refused.returncode == 1
    reason = world.told("domains:info", APP, "shop.example.net")["reason"]
    assert reason["code"] == "zone_not_found"
    world.done("domains:remove", APP, "shop.example.net")


def test_a_zone_that_is_not_active(world: World, cloudflare: Edge) -> None:
    cloudflare.control("PATCH", f"zones/{stand_in.ZONE}", {"status": "pending"})
    fails_to_add(world, "zone_not_active")


def test_one_that_fails_does_not_fail_another(world: World, cloudflare: Edge) -> None:
    refused = world.pvdify("domains:add", APP, NAME, "shop.example.net")
    assert refused.returncode == 1
    assert cloudflare.status(APP, NAME) == "active"
    assert cloudflare.status(APP, "shop.example.net") == "failed"
    assert cloudflare.version(NAME) == "v1"
    world.done("domains:remove", APP, "shop.example.net")


def test_an_app_whose_records_can_not_go_stays(world: World, cloudflare: Edge) -> None:
    """Until they can: then it is asked again, and goes."""
    name = "stays"
    for app in serving(world, name):
        world.done("domains:add", app, "stays.example.com")
        cloudflare.control("PUT", "token", {"token": "another"})
        refused = world.pvdify("apps:destroy", app, "--confirm", app)
        assert refused.returncode == 1
        assert cloudflare.version("stays.example.com") == "v1"
        cloudflare.mend()
    assert "stays.example.com" not in cloudflare.records()
    assert "stays.example.com" not in cloudflare.routed()


def test_a_tunnel_that_is_gone(world: World, cloudflare: Edge) -> None:
    """What was routed through it is not reached from Cloudflare; the rules it had are kept for when it is back."""
    before = cloudflare.file()
    cloudflare.control("DELETE", f"tunnels/{cloudflare.account.tunnel_id}")
    reason = fails_to_add(world, "tunnel_not_found")
    assert "edge:set" in reason["next_step"]
    assert [rule for rule in before if rule in cloudflare.file()] == before

"""A change of the config is a release of what runs, a rollback brings its config back, and no request fails."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from demo.load import Load
from tests.end_to_end import inside
from tests.end_to_end.world import HEALTH, World

pytestmark = pytest.mark.usefixtures("no_request_fails")
TOKEN = "a 'secret'\nof two lines"
# Seconds in which the proxy has found out who fails its checks.
AFTER_SOME_CHECKS = 3


@pytest.fixture(scope="module")
def busy_app(world: World) -> Iterator[str]:
    """An app with a process type beside web, for tests that change it one after the other while clients ask it."""
    name = "configured"
    world.done("apps:create", name, "--process", "web=2", "--process", "worker=1:chatter 1 1", *HEALTH)
    world.done("deploy", name, "--image", world.image("v1"))
    yield name
    world.done("apps:destroy", name, "--confirm", name)


def newest(world: World, app: str) -> dict[str, Any]:
    found: dict[str, Any] = world.told("releases", app)[0]
    return found


def config(world: World, app: str) -> dict[str, str]:
    found: dict[str, str] = world.told("config", app)["config"]
    return found


def test_several_keys_are_one_version_and_one_release(world: World, busy_app: str) -> None:
    before = newest(world, busy_app)
    done = world.told("config:set", busy_app, "GREETING=hello", "LEVEL=info", "--message", "say hello")
    assert (done["version"], done["changes"]) == ("v1", ["GREETING", "LEVEL"])
    after = newest(world, busy_app)
    assert (after["version"], after["status"]) == (before["version"] + 1, "active")
    assert (after["image"], after["digest"]) == (before["image"], before["digest"])
    assert (before["config_version"], after["config_version"]) == (None, "v1")
    for process in ("web", "worker"):
        seen = inside.environment(world, busy_app, process)
        assert (seen["GREETING"], seen["LEVEL"]) == ("hello", "info")
    versions = world.told("config:versions", busy_app)
    assert [(one["version"], one["message"], one["current"]) for one in versions] == [
        ("v1", "say hello", True)
    ]


def test_what_is_set_already_is_no_change(world: World, busy_app: str) -> None:
    before = newest(world, busy_app)
    done = world.told("config:set", busy_app, "LEVEL=info")
    assert (done["version"], done["changes"], done["release"], done["operation"]) == ("v1", [], None, None)
    assert newest(world, busy_app) == before


def test_a_secret_is_masked_and_arrives_and_what_is_stopped_stays_so(world: World, busy_app: str) -> None:
    world.done("ps:stop", busy_app, "worker")
    finished = world.given(TOKEN, "config:set", busy_app, "TOKEN", "--secret")
    assert finished.returncode == 0, finished.stderr

    assert inside.environment(world, busy_app)["TOKEN"] == TOKEN
    assert "(secret, set in v2)" in world.done("config", busy_app)
    told = world.told("config", busy_app)
    assert (told["config"].keys(), told["secrets"]) == ({"GREETING", "LEVEL"}, {"TOKEN": "v2"})
    assert newest(world, busy_app)["secrets"]["TOKEN"]["version"] == "v2"

    states = [(one["process"], one["state"]) for one in world.current(busy_app)]
    assert states == [("web", "healthy"), ("web", "healthy"), ("worker", "stopped")]
    world.done("ps:start", busy_app, "worker")
    assert inside.environment(world, busy_app, "worker")["TOKEN"] == TOKEN


def test_no_restart_only_stores_it_and_the_next_deploy_takes_it(world: World, busy_app: str) -> None:
    before = newest(world, busy_app)
    done = world.told("config:set", busy_app, "LEVEL=debug", "--no-restart")
    assert (done["version"], done["release"], done["operation"]) == ("v3", None, None)
    assert newest(world, busy_app) == before
    assert inside.environment(world, busy_app)["LEVEL"] == "info"

    # A change that comes while the deploy runs waits for it, and is a release of what it has brought.
    world.done("deploy", busy_app, "--image", world.image("v2"), "--no-wait")
    done = world.told("config:set", busy_app, "LEVEL=trace")
    assert (done["operation"]["status"], done["release"]["image"]) == ("succeeded", world.image("v2"))
    deployed = world.told("releases", busy_app)[1]
    assert (deployed["image"], deployed["config_version"]) == (world.image("v2"), "v3")
    assert inside.environment(world, busy_app)["LEVEL"] == "trace"


def test_scale_and_restart_keep_the_environment(world: World, busy_app: str) -> None:
    world.done("ps:scale", busy_app, "web=3")
    world.done("ps:restart", busy_app, "web.1")
    seen = inside.environment(world, busy_app)
    assert (seen["LEVEL"], seen["TOKEN"]) == ("trace", TOKEN)


def test_a_rollback_brings_its_config_back(world: World, busy_app: str) -> None:
    world.done("rollback", busy_app, "--version", "3")
    now = newest(world, busy_app)
    assert (now["image"], now["config_version"]) == (world.image("v1"), "v2")
    assert inside.environment(world, busy_app)["LEVEL"] == "info"
    assert config(world, busy_app)["LEVEL"] == "info"
    # The next version does not take the number of one that is no longer current.
    assert world.told("config:set", busy_app, "LEVEL=warning", "--no-restart")["version"] == "v5"


def test_code_only_keeps_todays_config(world: World, busy_app: str) -> None:
    world.done("rollback", busy_app, "--code-only")
    now = newest(world, busy_app)
    assert (now["image"], now["config_version"]) == (world.image("v2"), "v5")
    assert inside.environment(world, busy_app)["LEVEL"] == "warning"


def test_what_differs_between_two_releases(world: World, busy_app: str) -> None:
    shown = world.done("releases:diff", busy_app, "1", str(newest(world, busy_app)["version"]))
    assert "+ LEVEL" in shown
    assert "+ TOKEN" in shown
    assert "two lines" not in shown
    assert world.image("v2") in shown


def test_a_config_that_breaks_the_app_leaves_the_old_release(world: World, busy_app: str) -> None:
    serving = world.told("apps:info", busy_app)["release"]
    finished = world.pvdify("config:set", busy_app, "EXIT_AT_START=yes")
    assert finished.returncode == 1
    assert "the environment says EXIT_AT_START" in finished.stderr
    assert world.told("apps:info", busy_app)["release"] == serving
    failed = newest(world, busy_app)
    assert (failed["status"], failed["reason"]["phase"]) == ("failed", "start")
    assert "EXIT_AT_START" not in inside.environment(world, busy_app)
    # What was set stays set, and the next release would have it.
    assert config(world, busy_app)["EXIT_AT_START"] == "yes"
    world.done("config:unset", busy_app, "EXIT_AT_START", "--no-restart")


def test_an_app_that_wants_the_host_of_the_health_check_serves(world: World, busy_app: str) -> None:
    world.done("config:set", busy_app, "HEALTH_HOST=localhost")
    time.sleep(AFTER_SOME_CHECKS)
    assert {one["state"] for one in world.current(busy_app)} == {"healthy"}


def test_an_app_that_the_proxy_would_refuse_leaves_the_old_release(world: World, busy_app: str) -> None:
    serving = world.told("apps:info", busy_app)["release"]
    # What podman's check asks for; the proxy's asks for it without the port.
    finished = world.pvdify("config:set", busy_app, "HEALTH_HOST=localhost:8080")
    assert finished.returncode == 1
    assert "proxy_unhealthy" in finished.stderr
    assert "400" in finished.stderr
    time.sleep(AFTER_SOME_CHECKS)
    assert world.told("apps:info", busy_app)["release"] == serving
    assert newest(world, busy_app)["reason"]["phase"] == "switch"
    world.done("config:unset", busy_app, "HEALTH_HOST", "--no-restart")


def test_an_unexpected_version_is_not_overwritten(world: World, busy_app: str) -> None:
    path, before = f"/apps/{busy_app}/config", world.api("GET", f"/apps/{busy_app}/config")
    tag = before.headers["ETag"]
    change = {"config": {"LEVEL": "other"}, "restart": False}
    refused = world.api("PUT", path, json=change, headers={"If-Match": '"v1"'})
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert world.api("GET", path).json() == before.json()
    assert world.api("GET", path, headers={"If-None-Match": tag}).status_code == 304
    assert world.api("PUT", path, json=change, headers={"If-Match": tag}).status_code == 200


def test_all_that_with_thousands_of_requests(clients: Load) -> None:
    clients.wait_for(5000, timeout=60)
    result = clients.stop()
    assert result.failed == 0, result.examples
    assert result.sent >= 5000
    assert set(result.versions) == {"v1", "v2"}

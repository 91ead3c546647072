"""Instances come, go and restart while clients ask in every way: no request fails."""

import pytest

from demo.load import Load
from tests.end_to_end.world import World, wait_until

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("no_request_fails")]
STYLES = {"kept-alive", "new connection", "2 s long", "event stream"}


def healthy(world: World, app: str) -> list[int]:
    """The numbers of the web instances that are healthy."""
    return [one["instance"] for one in world.current(app) if one["state"] == "healthy"]


def containers(world: World, app: str) -> dict[str, str]:
    """The containers that run, by name, each with its id."""
    template = "{{.Names}} {{.ID}}"
    told = world.on_host("podman", "ps", "--filter", f"label=pvdify.app={app}", "--format", template)
    return dict(line.split() for line in told.splitlines())


def test_scale_from_one_to_four_and_back_to_two(world: World, busy_app: str) -> None:
    release = world.told("apps:info", busy_app)["release"]
    for count in (1, 4, 2):
        world.done("ps:scale", busy_app, f"web={count}")
        assert healthy(world, busy_app) == list(range(1, count + 1))
        assert len(containers(world, busy_app)) == count
    assert world.told("apps:info", busy_app)["release"] == release
    assert world.told("apps:info", busy_app)["processes"]["web"]["count"] == 2


def test_a_rolling_restart_replaces_every_instance(world: World, busy_app: str) -> None:
    before = containers(world, busy_app)
    world.done("ps:restart", busy_app)
    after = containers(world, busy_app)
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())
    assert healthy(world, busy_app) == [1, 2]


def test_one_instance_is_restarted_alone(world: World, busy_app: str) -> None:
    before = containers(world, busy_app)
    world.done("ps:restart", busy_app, "web.2")
    after = containers(world, busy_app)
    changed = {name for name in before if before[name] != after.get(name)}
    assert {name.rpartition("-")[2] for name in changed} == {"2"}


def test_systemctl_reload_is_a_rolling_restart(world: World, busy_app: str) -> None:
    before = containers(world, busy_app)
    world.on_host("systemctl", "reload", f"pvdify-{busy_app}-web.service")
    after = containers(world, busy_app)
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())


def test_other_limits_come_with_a_rolling_restart(world: World, busy_app: str) -> None:
    world.done("resources", busy_app, "--memory", "300M", "--cpu", "0.75")
    assert world.told("resources", busy_app) == {"app": busy_app, "memory": "300M", "cpu": 0.75}
    for instance in world.current(busy_app):
        shown = world.on_host(
            "systemctl", "show", "--property=MemoryMax,CPUQuotaPerSecUSec", instance["unit"]
        )
        assert set(shown.split()) == {f"MemoryMax={300 << 20}", "CPUQuotaPerSecUSec=750ms"}


@pytest.mark.cuts_streams
def test_a_killed_instance_is_left_out_until_it_is_back(world: World, busy_app: str) -> None:
    world.on_host("podman", "kill", next(iter(containers(world, busy_app).values())))
    wait_until(lambda: len(healthy(world, busy_app)) == 2, seconds=30, what="both are healthy again")


def test_the_only_instance_is_restarted(world: World, busy_app: str) -> None:
    world.done("ps:scale", busy_app, "web=1")
    before = containers(world, busy_app)
    world.done("ps:restart", busy_app)
    after = containers(world, busy_app)
    assert len(after) == 1
    assert not set(after.values()) & set(before.values())
    assert len(healthy(world, busy_app)) == 1


def test_all_that_with_thousands_of_requests(clients: Load) -> None:
    clients.wait_for(10_000, timeout=60)
    result = clients.stop()
    # Nobody can go on with the streams that the killed instance was in the middle of; there are two readers.
    assert result.failed == result.streams_cut <= 2, result.examples
    assert result.sent >= 10_000
    assert result.rate >= 100
    assert set(result.styles) == STYLES

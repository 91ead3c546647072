"""On a kernel with every controller an instance gets what it was promised and no more, and is named when it wants more.

The tests stand in the order of an app's life: each goes on from what the one before has left. All is slow there, and
so are the app's health checks.
"""

import time

import pytest
import requests

from tests.end_to_end.world import World, answer, wait_until
from tests.vm import machine
from tests.vm.looking import cpu_seconds, instance, instances, limits, oom_kills

APP = "limited"
MIB = 1024 * 1024
WEB = ("--process", "web=1")
BURNER = ("--process", "burner=1:burn")
HEALTH = ("--health-path", "/health", "--health-interval", "20s", "--health-timeout", "15s")
NAMED = "out of memory"
# On this machine an instance is up again after 20 seconds, and a look at what runs takes 5.
SECONDS = 120


@pytest.fixture(scope="module")
def url(world: World) -> str:
    """The URL of an app that serves v1, with the least memory there may be and half a processor for each instance."""
    creating = ("apps:create", APP, *WEB, *BURNER, *HEALTH, "--memory", "16M", "--cpu", "0.5")
    wait_until(lambda: was_created(world, creating), seconds=SECONDS, what="the app is created", interval=2)
    world.done("deploy", APP, "--image", world.image("v1"))
    return world.url(APP)


def was_created(world: World, creating: tuple[str, ...]) -> bool:
    """False where the host did not say in time how large it is."""
    finished = world.pvdify(*creating)
    if finished.returncode != 0:
        assert "host_unreachable" in finished.stderr, finished.stderr
    return finished.returncode == 0


def test_the_host_role_finds_every_controller(world: World) -> None:
    finished = world.playbook("../tests/vm/controllers")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Limits work on this host." in finished.stdout


def test_the_kernel_has_the_limits(world: World, url: str) -> None:
    assert limits(world, APP) == {
        "memory.max": str(16 * MIB),
        "memory.swap.max": "0",
        "cpu.max": "50000 100000",  # microseconds, of each so many
    }
    assert answer(url) == (200, "v1")


def test_ps_tells_what_an_instance_uses(world: World, url: str) -> None:
    web = instance(world, APP)
    assert 0 < web["memory"] < 16 * MIB
    assert 0 <= web["cpu"] <= 60


def test_a_process_that_would_use_a_whole_processor_gets_its_half(world: World, url: str) -> None:
    before, begun = cpu_seconds(world, APP, "burner"), time.monotonic()
    time.sleep(20)
    used, passed = cpu_seconds(world, APP, "burner") - before, time.monotonic() - begun
    world.done("ps:stop", APP, "burner")
    assert 0.35 <= used / passed <= 0.55


def test_an_instance_killed_for_its_memory_is_named_and_started_again(world: World, url: str) -> None:
    with pytest.raises(requests.RequestException):
        requests.get(f"{url}/eat?megabytes=200", timeout=60).raise_for_status()

    crashed = []

    def is_healthy_again() -> bool:
        found = instances(world, APP)
        crashed.extend(one for one in found if one["state"] == "crashed")
        return [(one["state"], one["restarts"]) for one in found] == [("healthy", 1)]

    wait_until(is_healthy_again, seconds=SECONDS, what="the instance is healthy again")
    assert all(NAMED in one["reason"] for one in crashed)
    assert NAMED in instance(world, APP)["reason"]
    wait_until(lambda: answer(url) == (200, "v1"), seconds=SECONDS, what="the app answers again")


def test_a_release_killed_for_its_memory_fails_as_that_and_the_old_one_stays(world: World, url: str) -> None:
    before = instance(world, APP)
    world.done("apps:update", APP, "--process", "web=1:eat 300")
    refused = world.pvdify("deploy", APP, "--image", world.image("v2"))

    assert refused.returncode != 0
    assert "release_out_of_memory" in refused.stderr
    assert NAMED in refused.stderr
    assert answer(url) == (200, "v1")
    assert instance(world, APP)["unit"] == before["unit"]


def test_other_resources_reach_the_kernel_and_no_instance_is_killed_for_them(world: World, url: str) -> None:
    """podman helps to stop the old instance, in the cgroup of its unit, where it leaves no room for that."""
    requests.get(f"{url}/eat?megabytes=8", timeout=60).raise_for_status()
    assert instance(world, APP)["memory"] > 8 * MIB
    before = oom_kills(world, APP)

    world.done("resources", APP, "--memory", "96M", "--cpu", "0.75")

    assert oom_kills(world, APP) == before
    assert limits(world, APP) == {
        "memory.max": str(96 * MIB),
        "memory.swap.max": "0",
        "cpu.max": "75000 100000",
    }
    assert answer(url) == (200, "v1")


@pytest.mark.parametrize(
    ("resources", "rule"), [({"memory": "3G"}, "memory_within_host"), ({"cpu": 3}, "cpu_within_host")]
)
def test_more_than_the_host_has_is_refused(
    world: World, url: str, resources: dict[str, object], rule: str
) -> None:
    answers: list[requests.Response] = []

    def was_answered() -> bool:
        answers.append(world.api("PATCH", f"/apps/{APP}", json={"resources": resources}))
        return answers[-1].status_code != 503

    wait_until(was_answered, seconds=SECONDS, what="the host says how large it is", interval=2)
    refused = answers[-1]
    assert refused.status_code == 422
    assert [error["rule"] for error in refused.json()["errors"]] == [rule]


def test_the_limits_are_there_after_a_reboot(world: World, url: str) -> None:
    machine.reboot(world.settings)
    wait_until(lambda: answer(url) == (200, "v1"), seconds=SECONDS, what="the app answers again")
    assert limits(world, APP)["memory.max"] == str(96 * MIB)

"""A change of domains in which something is killed finds its way by itself: one record, the right routes, and what was
routed before is answered all along."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.end_to_end import faults
from tests.end_to_end.asking import NOBODY, Asking
from tests.end_to_end.conftest import serving
from tests.end_to_end.edge import CONFIGURATION, Edge
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.operations import begin, ended, events, still_open, until_ready
from tests.end_to_end.test_crash_safety import assert_nothing_half_done
from tests.end_to_end.world import World, wait_until

pytestmark = pytest.mark.alone

APP, THERE, NAME = "steady", "steady.example.com", "cut.example.com"
# Calls at which the stand-in is silent: to make the record, to take it away, and the next one after it was made.
MAKING = {"method": "POST", "path": "dns_records$"}
REMOVING = {"method": "DELETE", "path": "dns_records/"}
MADE = {"method": "GET", "path": "settings/ssl$"}
# Seconds for what was killed to be back, for an operation to end from then on, and for the tunnel to start anew.
BACK, END, RESTART = 15, 30, 6


@pytest.fixture(scope="module")
def service(world: World, cloudflare: Edge) -> Iterator[str]:
    """Where the app is, which has a domain that works."""
    for app in serving(world, APP):
        world.done("domains:add", app, THERE)
        yield f"http://127.0.0.1:{world.told('apps:info', app)['bind_port']}"


@pytest.fixture(autouse=True)
def mended(world: World, cloudflare: Edge, service: str) -> Iterator[None]:
    """Whatever a test has left, the next one begins with the domain that was there."""
    cloudflare.forget_calls()
    yield
    cloudflare.mend()
    if NAME in statuses(world):
        world.done("domains:remove", APP, NAME)


def adding(world: World) -> int:
    """The number of the operation that now adds the domain."""
    return begin(world, f"/apps/{APP}/domains", {"domain": NAME})


def removing(world: World) -> int:
    return begin(world, f"/apps/{APP}/domains/{NAME}", method="DELETE")


@contextmanager
def answered(cloudflare: Edge, *, but_at_a_restart: bool = True) -> Iterator[None]:
    """The domain that was there is answered meanwhile, but for the moment in which the tunnel starts anew."""
    with Asking(cloudflare, THERE) as asking:
        yield
    assert asking.answers - {NOBODY} == {"v1"}
    assert but_at_a_restart or NOBODY not in asking.answers
    assert asking.longest_silence < RESTART


def cut_off(world: World, victim: str, reached: Callable[[], bool], number: int) -> None:
    """Kills the victim at that moment; then nobody does anything, and the operation ends well."""
    wait_until(reached, seconds=30, what="the moment to kill", interval=0.002)
    faults.kill(world, victim)
    if victim == "daemon":
        world.start_daemon()
    until_ready(world, seconds=BACK)
    done = ended(world, number, seconds=END)
    assert done["status"] == "succeeded", done
    notes = [event["message"] for event in events(world, number) if event["type"] == "note"]
    # A step alone is done once more, which is nothing to tell of.
    assert victim == "step" or any("begins again" in note for note in notes), notes


def assert_added(world: World, cloudflare: Edge, service: str) -> None:
    assert statuses(world) == {NAME: "active", THERE: "active"}
    assert done_there(cloudflare) == [("POST", 200)]
    record = cloudflare.record(NAME)
    assert (record["type"], record["content"]) == cloudflare.ours()
    assert world.told("domains:info", APP, NAME)["record_id"] == record["id"]
    assert_routed(world, cloudflare, {NAME: service, THERE: service})
    assert cloudflare.version(NAME) == "v1"


def assert_removed(world: World, cloudflare: Edge, service: str) -> None:
    assert statuses(world) == {THERE: "active"}
    assert done_there(cloudflare) == [("DELETE", 200)]
    assert NAME not in cloudflare.records()
    assert_routed(world, cloudflare, {THERE: service})
    assert cloudflare.version(NAME) == "404"


def assert_routed(world: World, cloudflare: Edge, routes: dict[str, str]) -> None:
    """These are written, and in force; nothing is left of what was under way."""
    rules = [{"hostname": name, "service": service} for name, service in routes.items()]
    assert cloudflare.file() == [*rules, {"service": "http_status:404"}]
    assert cloudflare.routed() == routes
    assert still_open(world) == []
    assert_nothing_half_done(world, APP)


def statuses(world: World) -> dict[str, str]:
    return {row["domain"]: row["status"] for row in world.told("domains", APP)}


def done_there(cloudflare: Edge) -> list[tuple[str, int]]:
    """Changes at Cloudflare since the last time, in their order: method and answer."""
    done = [(call["method"], call["status"]) for call in cloudflare.changing_calls() if not call["fault"]]
    cloudflare.forget_calls()
    return done


def is_silent(cloudflare: Edge) -> bool:
    """Whether a call is left without an answer."""
    return any(call["fault"] for call in cloudflare.calls())


def written(world: World) -> str:
    """The tunnel's configuration, read without asking the host: it is there for a moment before it is in force."""
    return (HostSide(world).root / CONFIGURATION.lstrip("/")).read_text()


@pytest.mark.parametrize("victim", ["worker", "step"])
def test_while_cloudflare_is_silent(world: World, cloudflare: Edge, service: str, victim: str) -> None:
    starts = cloudflare.starts()
    cloudflare.fails("nothing", times=1, **MAKING)
    number = adding(world)
    wait_until(lambda: is_silent(cloudflare), seconds=30, what="Cloudflare is asked for a record")
    # The route is there by now, so that there is nothing to restart for.
    with answered(cloudflare, but_at_a_restart=False):
        cut_off(world, victim, lambda: is_silent(cloudflare), number)
    assert_added(world, cloudflare, service)
    assert cloudflare.starts() == starts + 1

    cloudflare.fails("nothing", times=1, **REMOVING)
    with answered(cloudflare):
        cut_off(world, victim, lambda: is_silent(cloudflare), removing(world))
    assert_removed(world, cloudflare, service)
    assert cloudflare.starts() == starts + 2


def test_when_the_record_is_as_it_must_be(world: World, cloudflare: Edge, service: str) -> None:
    """Nobody but Cloudflare knows yet: it is found there, not made or taken away a second time."""
    cloudflare.fails("nothing", times=1, **MADE)
    with answered(cloudflare):
        cut_off(world, "daemon", lambda: is_silent(cloudflare), adding(world))
    assert_added(world, cloudflare, service)

    with answered(cloudflare):
        cut_off(world, "worker", lambda: NAME not in cloudflare.records(), removing(world))
    assert_removed(world, cloudflare, service)


def test_before_what_is_written_is_in_force(world: World, cloudflare: Edge, service: str) -> None:
    with answered(cloudflare):
        cut_off(world, "worker", lambda: NAME in written(world), adding(world))
    assert_added(world, cloudflare, service)

    with answered(cloudflare):
        cut_off(world, "worker", lambda: NAME not in written(world), removing(world))
    assert_removed(world, cloudflare, service)

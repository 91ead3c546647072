"""One host, registry and daemon for all of these tests that a process runs, made by the demo's modules, removed at the
end."""

import os
from collections.abc import Iterator
from ipaddress import IPv4Network

import pytest

from demo.__main__ import remove
from demo.load import Load
from demo.lock import alone
from demo.settings import CHECKOUT, Settings
from tests.end_to_end import edge, making
from tests.end_to_end.world import HEALTH, World


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = int(worker.removeprefix("gw"))
    settings = Settings(
        name=f"pvdify-test{number}",
        directory=CHECKOUT / ".test" / worker / "end_to_end",
        network=IPv4Network(f"10.89.{90 + number}.0/24"),
        listen=f"127.0.0.1:{9543 + number}",
    )
    with alone(settings.directory):
        try:
            yield making.make(settings)
        finally:
            remove(settings)


@pytest.fixture(scope="session")
def cloudflare(world: World) -> edge.Edge:
    """The stand-in for Cloudflare, which brings requests for domains to the host."""
    return edge.make(world)


@pytest.fixture
def app(world: World, request: pytest.FixtureRequest) -> Iterator[str]:
    """An app of two web instances with a health check, serving v1; gone after the test."""
    yield from serving(
        world, request.node.originalname.removeprefix("test_").replace("_", "-")[:30].strip("-")
    )


@pytest.fixture(scope="module")
def unchanged_app(world: World) -> Iterator[str]:
    """Such an app for all the tests of a module, none of which may change it."""
    yield from serving(world, "unchanged")


@pytest.fixture(scope="module")
def busy_app(world: World) -> Iterator[str]:
    """Such an app for a module whose tests change it one after the other, while `clients` ask it."""
    yield from serving(world, "busy")


@pytest.fixture(scope="module")
def clients(world: World, busy_app: str) -> Iterator[Load]:
    """Clients that ask the busy app in every way, more than 100 times a second, from the first test to the last."""
    with Load(world.url(busy_app)) as load:
        yield load


@pytest.fixture
def no_request_fails(clients: Load, request: pytest.FixtureRequest) -> Iterator[None]:
    """No request of those clients may fail during the test.

    With the mark `cuts_streams`, for a test that kills an instance, the answers that it was in the middle of are cut:
    nothing can go on with them. Each such failure must be an event stream that had begun.
    """
    before = clients.so_far()
    yield
    now = clients.so_far()
    may_be_cut = (
        now.streams_cut - before.streams_cut if request.node.get_closest_marker("cuts_streams") else 0
    )
    assert (now.failures - before.failures).total() == may_be_cut, now.examples


def serving(world: World, name: str) -> Iterator[str]:
    world.done("apps:create", name, "--process", "web=2", *HEALTH)
    world.done("deploy", name, "--image", world.image("v1"))
    yield name
    world.done("apps:destroy", name, "--confirm", name)

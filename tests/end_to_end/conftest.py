"""One host, registry and daemon for all of these tests, made by the demo's modules, removed at the end."""

from collections.abc import Iterator
from ipaddress import IPv4Network

import pytest

from demo.__main__ import remove
from demo.lock import alone
from demo.settings import CHECKOUT, Settings
from tests.end_to_end import world as worlds
from tests.end_to_end.world import World

HEALTH = ("--health-path", "/health", "--health-interval", "2s", "--health-timeout", "1s")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    settings = Settings(
        name="pvdify-test",
        directory=CHECKOUT / ".test" / "end_to_end",
        network=IPv4Network("10.89.78.0/24"),
        listen="127.0.0.1:9543",
    )
    with alone(settings.directory):
        try:
            yield worlds.make(settings)
        finally:
            remove(settings)


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


def serving(world: World, name: str) -> Iterator[str]:
    world.done("apps:create", name, "--process", "web=2", *HEALTH)
    world.done("deploy", name, "--image", world.image("v1"))
    yield name
    world.done("apps:destroy", name, "--confirm", name)

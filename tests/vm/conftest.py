"""One virtual machine, registry and daemon for all of these tests, made by the demo's modules, removed at the end."""

from collections.abc import Iterator
from ipaddress import IPv4Network

import pytest

from demo.__main__ import remove
from demo.lock import alone
from demo.settings import CHECKOUT, Settings
from tests.end_to_end import making
from tests.end_to_end.world import World
from tests.vm import machine


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    settings = Settings(
        name="pvdify-vm",
        directory=CHECKOUT / ".test" / "vm" / "work",
        network=IPv4Network("10.89.80.0/24"),
        listen="127.0.0.1:9643",
        slowness=10,
    )
    with alone(settings.directory):
        try:
            yield making.make(settings, machine.ensure)
        finally:
            remove(settings)

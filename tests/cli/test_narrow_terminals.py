"""What is printed fits the terminal, however narrow, and everything of it can be read."""

from __future__ import annotations

import re

import pytest

from tests.cli.at_terminal import AtTerminal
from tests.cli.fake_server import FakeServer

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
NAME = "a-long-name-of-a-shop-in-many-languages-staging"
IMAGE = "registry.example.com:5000/acme/shop/web-frontend:v2026.01.05-release-candidate-1"


@pytest.fixture
def shop(server: FakeServer) -> str:
    """An app with a long name and a long image, that was deployed, and has config."""
    server.state.create({"name": NAME})
    server.state.release(NAME, IMAGE)
    server.state.config[NAME].change({"config": {"DATABASE_URL": "postgres://" + "x" * 100}})
    server.state.instances = [
        {
            "process": "web",
            "instance": number,
            "release": 1,
            "role": "current",
            "state": "unhealthy",
            "since": "2026-01-05T10:30:00Z",
            "restarts": 3,
            "memory": 536_870_912,
            "cpu": 99.9,
        }
        for number in (1, 2)
    ]
    return NAME


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(
    "words",
    [
        "apps",
        "apps:info APP",
        "releases APP",
        "releases:info APP 1",
        "config APP",
        "config:versions APP",
        "ps APP",
        "ps:scale APP",
        "resources APP",
        "operations",
        "whoami",
        "tokens",
        "audit",
    ],
)
def test_no_line_is_longer_than_the_terminal_is_wide(
    at_terminal: AtTerminal, shop: str, columns: int, words: str
) -> None:
    code, screen = at_terminal(*words.replace("APP", shop).split(), columns=columns)
    assert code == 0
    assert max(map(len, _lines(screen))) <= columns


def test_what_is_too_narrow_for_a_table_is_shown_by_name_and_value(
    at_terminal: AtTerminal, shop: str
) -> None:
    lines = _lines(at_terminal("ps", shop, columns=40)[1])
    first, second = "\n".join(lines).split("\n\n")
    assert first.splitlines()[:4] == [
        "PROCESS   web.1",
        "RELEASE   1",
        "ROLE      current",
        "STATE     unhealthy",
    ]
    assert "SINCE     2026-01-05 10:30:00 UTC" in first
    assert second.startswith("PROCESS   web.2")


def test_nothing_is_cut_off(at_terminal: AtTerminal, shop: str) -> None:
    for columns in (40, 80):
        letters = "".join(_lines(at_terminal("apps:info", shop, columns=columns)[1])).replace(" ", "")
        assert NAME in letters
        assert IMAGE in letters


def _lines(screen: str) -> list[str]:
    return [line.rstrip() for line in ESCAPES.sub("", screen).splitlines()]

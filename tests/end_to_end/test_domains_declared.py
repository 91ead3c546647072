"""The domains of an app as its definition has them: a set to be matched."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.end_to_end.conftest import serving
from tests.end_to_end.edge import Edge
from tests.end_to_end.world import World

APP = "declared"


@pytest.fixture(scope="module", autouse=True)
def declared(world: World, cloudflare: Edge) -> Iterator[str]:
    yield from serving(world, APP)


def apply(world: World, tmp_path: Path, *names: str) -> None:
    """Applies the app's own definition, with these domains in place of its own."""
    definition = yaml.safe_load(world.done("apps:export", APP))
    path = tmp_path / "app.yml"
    path.write_text(json.dumps({**definition, "domains": list(names)}))
    world.done("apply", "-f", str(path), "--yes")


def test_what_is_declared_is_what_there_is(world: World, cloudflare: Edge, tmp_path: Path) -> None:
    apply(world, tmp_path, "one.example.com", "two.example.com")
    world.done("domains:wait", APP)
    assert sorted(cloudflare.routed()) == ["one.example.com", "two.example.com"]
    apply(world, tmp_path, "two.example.com", "three.example.com")
    world.done("domains:wait", APP)
    assert sorted(cloudflare.routed()) == ["three.example.com", "two.example.com"]
    assert "one.example.com" not in cloudflare.records()
    assert cloudflare.version("three.example.com") == "v1"


def test_the_same_again_is_no_operation(world: World, cloudflare: Edge, tmp_path: Path) -> None:
    before = world.api("GET", "/operations").json()[0]["id"]
    apply(world, tmp_path, "two.example.com", "three.example.com")
    assert world.api("GET", "/operations").json()[0]["id"] == before

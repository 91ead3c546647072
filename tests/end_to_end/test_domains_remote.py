"""A tunnel that is managed at Cloudflare: its rules are told there, and nothing on the host is restarted."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import serving
from tests.end_to_end.edge import Edge
from tests.end_to_end.world import World, wait_until

APP, NAME = "remote", "remote.example.com"
TUNNEL = "2f3d0b51-93a7-4f0e-8d2b-6c1f0a9e7b11"


@pytest.fixture(scope="module", autouse=True)
def remote(world: World, cloudflare: Edge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Another tunnel, managed there, in place of the first; afterwards that one again."""
    secret = base64.b64encode(b"remote" * 5).decode()
    tunnel = {"name": "remote", "secret": secret, "identity": TUNNEL, "config_src": "cloudflare"}
    cloudflare.control("POST", "tunnels", tunnel)
    credentials = tmp_path_factory.mktemp("remote") / "credentials.json"
    _write(credentials, cloudflare.account.account_id, secret)
    cloudflare.set("--management", "remote", "--tunnel-id", TUNNEL, "--credentials-file", str(credentials))
    yield
    cloudflare.set()


def _write(path: Path, account_id: str, secret: str) -> None:
    path.write_text(json.dumps({"AccountTag": account_id, "TunnelID": TUNNEL, "TunnelSecret": secret}))


@pytest.fixture(scope="module", autouse=True)
def app_of_it(world: World, remote: None) -> Iterator[str]:
    yield from serving(world, APP)


def told_there(cloudflare: Edge) -> list[str]:
    """The names in the configuration at Cloudflare."""
    rows = cloudflare.control("GET", "state")["tunnels"]
    (config,) = [row["config"] for row in rows if row["id"] == TUNNEL]
    return [rule["hostname"] for rule in config["ingress"] if rule.get("hostname")]


def test_a_domain_comes_and_goes_with_no_restart(world: World, cloudflare: Edge) -> None:
    run = cloudflare.run()
    cloudflare.forget_calls()
    world.done("domains:add", APP, NAME)
    assert told_there(cloudflare) == [NAME]
    assert [call["method"] for call in cloudflare.changing_calls()] == ["PUT", "POST"]
    assert cloudflare.record(NAME)["content"] == f"{TUNNEL}.cfargotunnel.com"
    wait_until(lambda: cloudflare.version(NAME) == "v1", seconds=5, what="the rules are in force")
    world.done("domains:remove", APP, NAME)
    assert told_there(cloudflare) == []
    assert NAME not in cloudflare.records()
    assert cloudflare.run() == run


def test_the_same_again_changes_nothing(world: World, cloudflare: Edge) -> None:
    world.done("domains:add", APP, NAME)
    cloudflare.forget_calls()
    world.done("domains:add", APP, NAME)
    assert cloudflare.changing_calls() == []
    world.done("domains:clear", APP, "--confirm", APP)

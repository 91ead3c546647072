"""The demo's Cloudflare: an account that stays what it is, however often the demo is brought up."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from demo import cloudflare
from demo.errors import DemoError
from demo.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A demo whose network is of this machine alone."""
    made = Settings("pvdify-unit", tmp_path / "demo", IPv4Network("127.9.77.0/24"), listen="")
    yield made
    cloudflare.stop(made)


def test_an_account_is_there_and_stays(settings: Settings) -> None:
    first = cloudflare.ensure(settings)
    cloudflare.control(
        settings, "POST", "records", {"type": "A", "name": "a.example.com", "content": "192.0.2.1"}
    )
    cloudflare.stop(settings)
    assert cloudflare.ensure(settings) == first
    state = cloudflare.control(settings, "GET", "state")
    assert [zone["name"] for zone in state["zones"]] == [cloudflare.ZONE]
    assert [tunnel["id"] for tunnel in state["tunnels"]] == [first.tunnel_id]
    assert [record["name"] for record in state["records"]] == ["a.example.com"]


def test_its_secrets_are_its_owners_alone(settings: Settings) -> None:
    account = cloudflare.ensure(settings)
    held = json.loads(account.credentials.read_text())
    assert (held["AccountTag"], held["TunnelID"]) == (account.account_id, account.tunnel_id)
    folder = account.credentials.parent
    for name in ("credentials.json", "token", "secret", "state.json"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name
    assert account.token not in " ".join(account.edge_options())


def test_what_it_refuses_is_told(settings: Settings) -> None:
    cloudflare.ensure(settings)
    with pytest.raises(DemoError, match="refused GET weather"):
        cloudflare.control(settings, "GET", "weather")

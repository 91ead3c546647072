"""What a host is told of its edge by hand, from the database alone."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.inventory import database_document
from pvdifyd.models import App, Domain, Edge, Host
from pvdifyd.settings import Settings
from tests.api.edge import with_tunnel

NOTHING: dict[str, Any] = {"operation": 0, "routes": [], "wanted": [], "unwanted": []}


@pytest.fixture
def edges(settings: Settings) -> Any:
    return lambda: database_document(settings)["edges"]


def test_a_host_without_an_edge_has_one_of_kind_none(host: Host, edges: Any) -> None:
    assert edges() == {"demo": {"kind": "none", **NOTHING, "cloudflare": None, "caddy": None}}


def test_a_host_with_caddy(host: Host, edges: Any) -> None:
    Edge.create(
        host=host, kind="caddy", settings={"certificates": "internal", "email": None}, updated_by="tester"
    )
    assert edges()["demo"]["caddy"] == {"certificates": "internal", "email": None}
    assert edges()["demo"]["cloudflare"] is None


def test_each_host_has_all_of_its_domains_touched_and_none_of_anothers(host: Host, edges: Any) -> None:
    with_tunnel(host)
    other = Host.create(name="other")
    for name, at, port in (("a", host, 3000), ("b", other, 3000)):
        app = App.create(name=name, environment="production", host=at, processes={}, bind_port=port)
        for status in ("active", "failed", "pending", "removing"):
            Domain.create(app=app, name=f"{status}.{name}.example", status=status, created_by="tester")
    App.update(bound_port=3100).where(App.name == "a").execute()
    told = edges()
    assert [row["domain"] for row in told["demo"]["wanted"]] == [
        "active.a.example",
        "failed.a.example",
        "pending.a.example",
    ]
    assert [row["domain"] for row in told["demo"]["unwanted"]] == ["removing.a.example"]
    assert {(row["domain"].split(".")[0], row["port"]) for row in told["demo"]["routes"]} == {
        (status, 3100) for status in ("active", "failed", "pending")
    }, "the port is the one that the release took"
    assert all(row["app"] == "b" for row in told["other"]["routes"])

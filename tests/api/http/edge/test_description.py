"""What the API's description says of an edge that is asked for: of one mind with the API."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from pvdifyd.models import Host
from tests.api.conftest import Api
from tests.api.edge import ASKED

URL, SHA256 = "https://example.com:8443/c~1/d@2", "0f" * 32
BINARY = {"way": "binary", "url": URL, "sha256": SHA256}


def cloudflare(**settings: Any) -> dict[str, Any]:
    return {"kind": "cloudflare", "cloudflare": {**ASKED, **settings}}


def described(api: Api, body: Any) -> bool:
    description = api.client.get("/api/v1/openapi.json").get_json()
    schema = {"$ref": "#/components/schemas/EdgeAsked", "components": description["components"]}
    return jsonschema.Draft202012Validator(schema).is_valid(body)


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "none"},
        {"kind": "caddy"},
        {"kind": "caddy", "caddy": {"email": None}},
        {"kind": "caddy", "caddy": {"certificates": "internal", "email": "admin@example.com"}},
        cloudflare(),
        cloudflare(install={}),
        cloudflare(install={"way": "present", "url": None}),
        cloudflare(install=BINARY),
        cloudflare(install={**BINARY, "version": "2026.8.2"}),
        cloudflare(endpoint="https://[2001:db8::1]:8443/v4", authority=None, metrics_port=32768),
    ],
)
def test_what_is_taken_is_described(api: Api, prepared: Host, body: Any) -> None:
    assert api("PUT", "/hosts/demo/edge", body).status_code == 202
    assert described(api, body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "none", "caddy": {}},
        {"kind": "none", "cloudflare": ASKED},
        {"kind": "caddy", "cloudflare": ASKED},
        {"kind": "cloudflare"},
        {"kind": "cloudflare", "cloudflare": None},
        {**cloudflare(), "caddy": {}},
        {"kind": "caddy", "caddy": {"email": "nobody"}},
        cloudflare(account_id="x"),
        cloudflare(tunnel_id="my-tunnel"),
        cloudflare(token="two words"),
        cloudflare(token="t" * 1025),
        cloudflare(credentials=""),
        cloudflare(credentials="x" * 16_385),
        cloudflare(authority="no certificate"),
        cloudflare(endpoint="http://api.example.com"),
        cloudflare(endpoint="https://me:pw@api.example.com"),
        cloudflare(endpoint="https://api.example.com/?a=b"),
        cloudflare(metrics_port=3000),
        cloudflare(install={"way": "binary"}),
        cloudflare(install={**BINARY, "sha256": None}),
        cloudflare(install={**BINARY, "sha256": "0f"}),
        cloudflare(install={"url": URL}),
        cloudflare(install={"way": "present", "sha256": SHA256}),
        cloudflare(install={"version": "latest"}),
    ],
)
def test_what_is_refused_is_not_described(api: Api, prepared: Host, body: Any) -> None:
    assert api("PUT", "/hosts/demo/edge", body).status_code == 422
    assert not described(api, body)


def test_an_edge_that_is_shown_has_all_of_its_settings(api: Api) -> None:
    schemas = api.client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    for name in ("Edge", "Cloudflare", "Tunnel", "Domain"):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name
    assert schemas["CloudflareAsked"]["required"] == ["account_id", "tunnel_id"]

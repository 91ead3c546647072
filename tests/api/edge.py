"""What tests of domains begin with: a host whose requests come through a tunnel, and apps on it."""

from __future__ import annotations

import json
from typing import Any

from pvdifyd.models import Edge, Host, HostSecret

ACCOUNT = "0123456789abcdef" * 2
TUNNEL = "6ff42ae2-765d-4adf-8112-31c55c1551ef"
TOKEN = "canary-token"
CREDENTIALS = {"AccountTag": ACCOUNT, "TunnelID": TUNNEL, "TunnelSecret": "canary-secret"}

# As a person gives them, and as they are kept.
ASKED: dict[str, Any] = {
    "account_id": ACCOUNT,
    "tunnel_id": TUNNEL,
    "token": TOKEN,
    "credentials": json.dumps(CREDENTIALS),
}
SETTINGS: dict[str, Any] = {
    "account_id": ACCOUNT,
    "tunnel_id": TUNNEL,
    "management": "local",
    "tls": "report",
    "endpoint": "https://api.cloudflare.com/client/v4",
    "authority": None,
    "install": {"way": "package", "version": None, "url": None, "sha256": None},
    "metrics_port": 2999,
}


def with_tunnel(host: Host, *, prepared: bool = True) -> Edge:
    """Give the host a tunnel."""
    for name in ("cloudflare_token", "tunnel_credentials"):
        HostSecret.create(host=host, name=name, document=f"document of {name}", recipient="age1")
    return Edge.create(
        host=host, kind="cloudflare", settings=SETTINGS, prepared=prepared, updated_by="tester"
    )

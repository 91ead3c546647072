"""What a host shall route, as a playbook is told it."""

from __future__ import annotations

import ipaddress
from typing import Any

from pvdifyd.models import App, Domain, Edge, Host
from pvdifyd.models.edge import CADDY, CLOUDFLARE, NONE
from pvdifyd.models.host_secret import CLOUDFLARE_TOKEN, TUNNEL_CREDENTIALS
from pvdifyd.operations.domains import find as domains
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.edge.find import brought_by, secrets_of

LOOPBACK = "127.0.0.1"


def variables(host: Host, touched: Touched, operation: int = 0) -> dict[str, Any]:
    """All routes of the host, and of the domains that are touched which are wanted and which are not; by the edge that
    the operation brings, or else the one in force.

    A domain that is to go keeps its route until the operation comes that takes it away: its record goes first.
    """
    edge = brought_by(host, operation)
    kind = NONE if edge is None else edge.kind
    gone = {row.name for row in touched.unwanted}
    address = address_of(host)
    return {
        "kind": kind,
        "operation": operation,
        "routes": [_route(row, address) for row in domains.of_host(host) if row.name not in gone],
        "wanted": [_wanted(row) for row in touched.wanted],
        "unwanted": [_unwanted(row) for row in touched.unwanted],
        "cloudflare": {**edge.settings, **_documents(edge)} if edge and kind == CLOUDFLARE else None,
        "caddy": dict(edge.settings) if edge and kind == CADDY else None,
    }


def _route(row: Domain, address: str) -> dict[str, Any]:
    return {"domain": row.name, "app": row.app.name, "address": address, "port": port_of(row.app)}


def port_of(app: App) -> int:
    """The port that the app serves at, or before its first release the one it will."""
    return int(app.bound_port or app.bind_port)


def address_of(host: Host) -> str:
    """Where the host itself reaches its apps."""
    address = ipaddress.ip_address(host.bind_address)
    return LOOPBACK if address.is_unspecified or address.is_loopback else host.bind_address


def _wanted(row: Domain) -> dict[str, Any]:
    return {"domain": row.name, "app": row.app.name, "force": row.force, "record_id": row.record_id}


def _unwanted(row: Domain) -> dict[str, Any]:
    return {
        "domain": row.name,
        "app": row.app.name,
        "zone_id": row.zone_id,
        "record_id": row.record_id,
    }


def _documents(edge: Edge) -> dict[str, str | None]:
    found = {row.name: row.document for row in secrets_of(edge)}
    return {"token": found.get(CLOUDFLARE_TOKEN), "credentials": found.get(TUNNEL_CREDENTIALS)}

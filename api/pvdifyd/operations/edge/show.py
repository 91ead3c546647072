"""A host's edge as it is set, and whether domains can be added."""

from __future__ import annotations

from typing import Any

from pvdifyd.errors import ConflictError, NotFoundError
from pvdifyd.models import Edge, Host, HostSecret, Operation
from pvdifyd.models.edge import CADDY, CLOUDFLARE, NONE
from pvdifyd.models.operation import EDGE, OPEN


def edge_of(host: Host) -> Edge | None:
    """The host's edge; None where none was ever set, which is the same as kind none."""
    return Edge.get_or_none(Edge.host == host)


def kind_of(host: Host) -> str:
    """none, cloudflare or caddy."""
    edge = edge_of(host)
    return NONE if edge is None else str(edge.kind)


def check_ready(host: Host) -> None:
    """Raises ConflictError(edge_not_ready) where the host has not yet what is to bring its requests."""
    edge = edge_of(host)
    if edge is None or edge.kind == NONE or edge.prepared:
        return
    last = last_preparing(host)
    if last is not None and last.status in OPEN:
        todo = f"Operation {last.id} prepares it: wait for that, `pvdify operations:info {last.id} --follow`."
    else:
        told = f": `pvdify operations:info {last.id}` says why" if last is not None else ""
        todo = (
            f"Its last operation did not end well{told}. Mend it, then `pvdify edge:set {edge.kind}` again."
        )
    raise ConflictError(f"{host.name} is not ready for domains by {edge.kind}. {todo}", code="edge_not_ready")


def last_preparing(host: Host) -> Operation | None:
    """The newest operation that brings the host its edge."""
    rows = Operation.select().where(Operation.kind == EDGE).order_by(Operation.id.desc())
    return next((row for row in rows if row.arguments["host"] == host.name), None)


def edge(host: Host) -> dict[str, Any]:
    """The edge as the API shows it; of its secrets, only which there are."""
    row = edge_of(host)
    kind = NONE if row is None else row.kind
    last = last_preparing(host)
    return {
        "host": host.name,
        "kind": kind,
        "ready": row is None or row.prepared,
        "operation": last.id if last is not None else None,
        "cloudflare": row.settings if row is not None and kind == CLOUDFLARE else None,
        "caddy": row.settings if row is not None and kind == CADDY else None,
        "secrets": secret_names(host),
        "updated_at": row.updated_at if row is not None else None,
        "updated_by": row.updated_by if row is not None else None,
    }


def check_has_tunnel(host: Host) -> None:
    """Raises NotFoundError(no_tunnel)."""
    kind = kind_of(host)
    if kind != CLOUDFLARE:
        raise NotFoundError(
            f"{host.name} has no tunnel: its edge is {kind}. `pvdify edge:set cloudflare` gives it one.",
            code="no_tunnel",
        )


def secret_names(host: Host) -> list[str]:
    """The names of the secrets that the host has."""
    rows = HostSecret.select(HostSecret.name).where(HostSecret.host == host)
    return [str(row.name) for row in rows.order_by(HostSecret.name)]

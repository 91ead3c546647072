"""A host's edge as it is set, and whether domains can be added."""

from __future__ import annotations

from typing import Any

from pvdifyd.errors import ConflictError, NotFoundError
from pvdifyd.models import Edge, Host, Operation
from pvdifyd.models.edge import CADDY, CLOUDFLARE, NONE
from pvdifyd.models.operation import EDGE, OPEN
from pvdifyd.operations.edge import find

NOT_READY = "edge_not_ready"


def is_ready(edge: Edge | None) -> bool:
    """Whether its host has what is to bring requests, or nothing any more where that was asked for."""
    return edge is None or bool(edge.prepared)


def check_ready(host: Host) -> None:
    """Raises ConflictError(edge_not_ready) where the host has not yet what was asked for last."""
    edge = find.newest(host)
    if edge is not None and not is_ready(edge):
        message, todo = not_ready(edge)
        raise ConflictError(f"{message} {todo}", code=NOT_READY)


def not_ready(edge: Edge) -> tuple[str, str]:
    """What a person is told of an edge that is not ready, and what there is to do."""
    message = f"The edge of {edge.host.name}, {edge.kind}, is not ready."
    last = last_preparing(edge.host)
    if last is not None and last.status in OPEN:
        todo = f"Operation {last.id} prepares it: wait for that, `pvdify operations:info {last.id} --follow`."
        return message, todo
    told = f": `pvdify operations:info {last.id}` says why" if last is not None else ""
    return (
        message,
        f"Its last operation did not end well{told}. Mend it, then `pvdify edge:set {edge.kind}` again.",
    )


def last_preparing(host: Host) -> Operation | None:
    """The newest operation that brings the host its edge."""
    rows = Operation.select().where(Operation.kind == EDGE).order_by(Operation.id.desc())
    return next((row for row in rows if row.arguments["host"] == host.name), None)


def edge(host: Host) -> dict[str, Any]:
    """What was asked for last, or is in force, as the API shows it; of its secrets, only which there are."""
    row = find.newest(host)
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
    kind = find.kind_of(host)
    if kind != CLOUDFLARE:
        raise NotFoundError(
            f"{host.name} has no tunnel: its edge is {kind}. `pvdify edge:set cloudflare` gives it one.",
            code="no_tunnel",
        )


def secret_names(host: Host) -> list[str]:
    """The names of the secrets that were given for what was asked for last, or is in force."""
    edge = find.newest(host)
    return [] if edge is None else [str(row.name) for row in find.secrets_of(edge)]

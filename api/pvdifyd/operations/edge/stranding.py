"""Records at Cloudflare that nobody could take away any more, were a host's edge another one."""

from __future__ import annotations

from pvdifyd.errors import ConflictError, listed
from pvdifyd.models import App, Domain, Edge, Host, Operation
from pvdifyd.models.edge import CLOUDFLARE
from pvdifyd.models.operation import DOMAINS, EDGE, OPEN
from pvdifyd.operations.domains import find as domains


def refuse_to_strand_records(host: Host, before: Edge | None, kind: str) -> None:
    """Raises ConflictError(edge_in_use) where domains have records, or are being given some, that an edge of this kind
    could not take away. In a transaction."""
    if before is None or before.kind != CLOUDFLARE or kind == CLOUDFLARE:
        return
    rows = list(domains.of_host(host).where(Domain.record_id.is_null(False)))
    if rows:
        apps = sorted({row.app.name for row in rows})
        raise ConflictError(
            f"{host.name} has domains whose records are at Cloudflare: {listed([row.name for row in rows])}. Take "
            f"them away first: {listed([f'`pvdify domains:clear {app}`' for app in apps])}.",
            code="edge_in_use",
        )
    making = _making_records(host)
    if making is not None:
        raise ConflictError(
            f"Operation {making.id} is making records at Cloudflare for domains of {host.name}. Wait for its end, "
            f"`pvdify operations:info {making.id} --follow`, and set the edge again: then the domains are named.",
            code="edge_in_use",
        )


def _making_records(host: Host) -> Operation | None:
    """One that has begun, and so was told of the edge there is: its records are known at its end. One that waits will
    be told of the new edge."""
    if not domains.of_host(host).exists():
        return None
    apps = App.select(App.id).where(App.host == host)
    begun = Operation.select().where(Operation.status.in_(OPEN) & Operation.started_at.is_null(False))
    rows = begun.where(((Operation.kind == DOMAINS) & Operation.app.in_(apps)) | (Operation.kind == EDGE))
    return next((row for row in rows if row.kind == DOMAINS or row.arguments["host"] == host.name), None)

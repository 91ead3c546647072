"""Records at Cloudflare that nobody could take away any more, were a host's edge another one."""

from __future__ import annotations

from pvdifyd.errors import ConflictError, listed
from pvdifyd.models import App, Domain, Edge, Host, Operation
from pvdifyd.models.edge import CLOUDFLARE
from pvdifyd.models.operation import DOMAINS, OPEN
from pvdifyd.operations.domains import find as domains

# A row that has, or may have, a record at Cloudflare.
HOLDS_RECORD = Domain.record_id.is_null(False) | Domain.record_unsure


def holds_record(row: Domain) -> bool:
    """The same for one row."""
    return row.record_id is not None or bool(row.record_unsure)


def refuse_to_strand_records(host: Host, kind: str) -> None:
    """Raises ConflictError(edge_in_use) where domains have records, or are being given some, that an edge of this kind
    could not take away. In a transaction."""
    if kind == CLOUDFLARE or not _makes_records(host):
        return
    rows = list(domains.of_host(host).where(HOLDS_RECORD))
    if rows:
        apps = sorted({row.app.name for row in rows})
        raise ConflictError(
            f"{host.name} has domains whose records are, or may be, at Cloudflare: "
            f"{listed([row.name for row in rows])}. Take them away first: "
            f"{listed([f'`pvdify domains:clear {app}`' for app in apps])}.",
            code="edge_in_use",
        )
    making = _making_records(host)
    if making is not None:
        raise ConflictError(
            f"Operation {making.id} makes records at Cloudflare for domains of {host.name}. Wait for its end, "
            f"`pvdify operations:info {making.id} --follow`, and set the edge again: then the domains are named.",
            code="edge_in_use",
        )


def _makes_records(host: Host) -> bool:
    """Whether the edge in force does, or one that is being brought; one that waits is replaced by what is asked now."""
    begun = Operation.select(Operation.id).where(Operation.started_at.is_null(False))
    counts = Edge.operation.is_null() | Edge.operation.in_(begun)
    return bool(Edge.select().where((Edge.host == host) & (Edge.kind == CLOUDFLARE) & counts).exists())


def _making_records(host: Host) -> Operation | None:
    """One that goes by the edge there is, or brings one of Cloudflare's: its records are known at its end."""
    if not domains.of_host(host).exists():
        return None
    apps = App.select(App.id).where(App.host == host)
    edges = Edge.select(Edge.operation).where((Edge.host == host) & (Edge.kind == CLOUDFLARE))
    bringing = (Operation.kind == DOMAINS) & Operation.app.in_(apps)
    preparing = Operation.id.in_(edges) & Operation.started_at.is_null(False)
    found: Operation | None = (
        Operation.select()
        .where(Operation.status.in_(OPEN) & (bringing | preparing))
        .order_by(Operation.id)
        .first()
    )
    return found

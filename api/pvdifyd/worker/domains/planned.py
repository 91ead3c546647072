"""What a host is told for an operation that brings, or takes away, domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pvdifyd import inventory
from pvdifyd.errors import listed
from pvdifyd.inventory import Document
from pvdifyd.models import Domain, Host, Operation
from pvdifyd.models.edge import NONE
from pvdifyd.models.operation import DESTROY, EDGE
from pvdifyd.operations import hosts
from pvdifyd.operations.domains import touched
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.edge.document import address_of, port_of
from pvdifyd.operations.edge.find import in_force
from pvdifyd.operations.edge.show import is_ready
from pvdifyd.operations.edge.stranding import holds_record
from pvdifyd.worker.domains.refused import Refused, not_ready


@dataclass(frozen=True)
class Planned:
    """document: None where there is nothing to do on the host; note: what a person should know of that; refused: how it
    ends where it can't be done."""

    touched: Touched
    document: Document | None
    note: str | None = None
    refused: Refused | None = None


def planned(operation: Operation) -> Planned:
    """By the rows as they are now. What goes by an edge that is not ready would reach nothing, or the wrong thing."""
    host, about = _host_of(operation), touched.of_operation(operation)
    if operation.kind == EDGE:
        return Planned(about, inventory.edge_document(host, about, operation.id))
    edge = in_force(host)
    if edge is None or not about.all:
        return Planned(about, None, _by_hand(host, about))
    if not is_ready(edge):
        if operation.kind == DESTROY and not any(holds_record(row) for row in about.unwanted):
            return Planned(about, None, _still_routed(host, about.unwanted))
        return Planned(about, None, refused=not_ready(edge))
    if edge.kind == NONE:
        return Planned(about, None, _by_hand(host, about))
    return Planned(about, inventory.edge_document(host, about, operation.id))


def _host_of(operation: Operation) -> Host:
    if operation.app is not None:
        return operation.app.host
    return hosts.find_host((operation.arguments or {})["host"])


def _by_hand(host: Host, about: Touched) -> str | None:
    """Who has a proxy of their own is told where it must lead to."""
    if not about.wanted:
        return None
    app = about.wanted[0].app
    return (
        f"{host.name} has no edge (`pvdify edge`): requests for {app.name}'s domains must be brought to "
        f"{address_of(host)}:{port_of(app)} by a proxy of your own."
    )


def _still_routed(host: Host, rows: Sequence[Domain]) -> str:
    """An app whose domains have no record goes: only routes of theirs are left, and the next edge is told all."""
    return (
        f"The edge of {host.name} is not ready: until `pvdify edge:set` has ended well, it may still route "
        f"{listed([row.name for row in rows])} to where the app was."
    )

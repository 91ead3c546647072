"""What a host is told for an operation that brings, or takes away, domains."""

from __future__ import annotations

from dataclasses import dataclass

from pvdifyd import inventory
from pvdifyd.inventory import Document
from pvdifyd.models import Host, Operation
from pvdifyd.models.edge import NONE
from pvdifyd.models.operation import EDGE
from pvdifyd.operations import hosts
from pvdifyd.operations.domains import touched
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.edge.document import address_of, port_of
from pvdifyd.operations.edge.show import kind_of


@dataclass(frozen=True)
class Planned:
    """document: None where there is nothing to do on the host; note: what a person has to do then."""

    touched: Touched
    document: Document | None
    note: str | None = None


def planned(operation: Operation) -> Planned:
    """By the rows as they are now."""
    host, about = _host_of(operation), touched.of_operation(operation)
    if operation.kind != EDGE and (kind_of(host) == NONE or not about.all):
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

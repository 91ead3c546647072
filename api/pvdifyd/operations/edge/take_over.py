"""What becomes of an edge that was asked for: it takes the place of the one before, or is forgotten."""

from __future__ import annotations

from pvdifyd.models import Edge, HostSecret, Operation
from pvdifyd.operations import events, hosts

# These only ask, and leave everything as it is.
_ASKING = {"edge", "dns"}


def bring_into_force(operation: Operation, *, prepared: bool) -> None:
    """The operation's edge is its host's from now on; prepared: the host has it. In a transaction."""
    host = hosts.find_host((operation.arguments or {})["host"])
    if Edge.select().where(Edge.operation == operation).exists():
        for model in (Edge, HostSecret):
            model.delete().where((model.host == host) & model.operation.is_null()).execute()
            model.update(operation=None).where(model.operation == operation).execute()
    Edge.update(prepared=prepared).where((Edge.host == host) & Edge.operation.is_null()).execute()


def forget(operation: Operation) -> None:
    """The host keeps the edge that it has. In a transaction."""
    for model in (Edge, HostSecret):
        model.delete().where(model.operation == operation).execute()


def settle_failed(operation: Operation) -> None:
    """The operation failed: the edge before stays in force if nothing of it was touched, in no attempt. In a
    transaction."""
    if events.phases(operation, "started") <= _ASKING:
        forget(operation)
    else:
        bring_into_force(operation, prepared=False)

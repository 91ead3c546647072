"""The edge that a host has, the one that it was asked to have, and the secrets of each."""

from __future__ import annotations

from peewee import ModelSelect

from pvdifyd.models import Edge, Host, HostSecret
from pvdifyd.models.edge import NONE


def in_force(host: Host) -> Edge | None:
    """The edge that all operations but those that bring another go by; None where none was ever set, which is the same
    as kind none."""
    return Edge.get_or_none((Edge.host == host) & Edge.operation.is_null())


def newest(host: Host) -> Edge | None:
    """What was asked for last, as long as its operation has not ended, or else the edge in force."""
    coming: Edge | None = (
        Edge.select()
        .where((Edge.host == host) & Edge.operation.is_null(False))
        .order_by(Edge.id.desc())
        .first()
    )
    return coming or in_force(host)


def brought_by(host: Host, operation: int) -> Edge | None:
    """The edge that the operation of this id brings, or else the one in force."""
    return Edge.get_or_none(Edge.operation == operation) or in_force(host)


def kind_of(host: Host) -> str:
    """The kind in force: none, cloudflare or caddy."""
    edge = in_force(host)
    return NONE if edge is None else str(edge.kind)


def secrets_of(edge: Edge) -> ModelSelect[HostSecret]:
    """What the edge needs to be kept secret, by name."""
    its = (HostSecret.host == edge.host_id) & (HostSecret.operation == edge.operation_id)
    return HostSecret.select().where(its).order_by(HostSecret.name)

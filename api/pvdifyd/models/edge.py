"""What brings requests for domains to a host."""

from __future__ import annotations

from peewee import AutoField, BooleanField, CharField, ForeignKeyField

from pvdifyd import clock
from pvdifyd.models.database import Row, json_field
from pvdifyd.models.host import Host
from pvdifyd.models.operation import Operation

NONE = "none"
CLOUDFLARE = "cloudflare"
CADDY = "caddy"
KINDS = (NONE, CLOUDFLARE, CADDY)


class Edge(Row):
    """One in force for a host (a host without a row has none), and one for each operation that is to bring another.

    settings: those of its kind, without what is secret of them; prepared: the host has them; operation: the one that
    has not ended yet which brings it, null where it is in force."""

    id = AutoField()
    host_id: int
    host = ForeignKeyField(Host, backref="edges", on_delete="CASCADE")
    operation_id: int | None
    operation = ForeignKeyField(Operation, null=True, unique=True, on_delete="CASCADE")
    kind = CharField()
    settings = json_field(default=dict)
    prepared = BooleanField(default=False)
    updated_at = CharField(default=clock.now)
    updated_by = CharField()


Edge.add_index(Edge.host, unique=True, where=Edge.operation.is_null(), name="edge_in_force")

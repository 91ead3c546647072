"""What brings requests for domains to a host."""

from __future__ import annotations

from peewee import AutoField, BooleanField, CharField, ForeignKeyField

from pvdifyd import clock
from pvdifyd.models.database import Row, json_field
from pvdifyd.models.host import Host

NONE = "none"
CLOUDFLARE = "cloudflare"
CADDY = "caddy"
KINDS = (NONE, CLOUDFLARE, CADDY)


class Edge(Row):
    """One for a host; a host without a row has none. settings: those of its kind, without what is secret of them;
    prepared: the host has them."""

    id = AutoField()
    host_id: int
    host = ForeignKeyField(Host, backref="edges", unique=True, on_delete="CASCADE")
    kind = CharField()
    settings = json_field(default=dict)
    prepared = BooleanField(default=False)
    updated_at = CharField(default=clock.now)
    updated_by = CharField()

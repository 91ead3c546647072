"""A secret of a host itself: encrypted, and read on that host alone."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, TextField

from pvdifyd.models.database import Row
from pvdifyd.models.host import Host
from pvdifyd.models.operation import Operation

CLOUDFLARE_TOKEN = "cloudflare_token"
TUNNEL_CREDENTIALS = "tunnel_credentials"
NAMES = (CLOUDFLARE_TOKEN, TUNNEL_CREDENTIALS)


class HostSecret(Row):
    """name: one of NAMES; document: of sops, in which host, name and value are one; recipient: whom it is encrypted
    for; operation: the one that brings the edge it was given for, null where that is in force."""

    id = AutoField()
    host = ForeignKeyField(Host, backref="secrets", on_delete="CASCADE")
    operation = ForeignKeyField(Operation, null=True, index=False, on_delete="CASCADE")
    name = CharField()
    document = TextField()
    recipient = CharField()

    class Meta:
        indexes = ((("operation", "name"), True),)


HostSecret.add_index(
    HostSecret.host,
    HostSecret.name,
    unique=True,
    where=HostSecret.operation.is_null(),
    name="host_secret_in_force",
)

"""A machine that apps run on."""

from __future__ import annotations

from peewee import AutoField, CharField, IntegerField

from pvdifyd.models.database import Row, json_field

LOCAL = "local"
SSH = "ssh"


class Host(Row):
    """connection: local (this machine) or ssh; registry_certificates: {registry: PEM} to trust; recipient: the
    public half of the key that only the host has, whom its secrets are encrypted for, null before it was prepared."""

    id = AutoField()
    name = CharField(unique=True)
    connection = CharField(default=LOCAL)
    address = CharField(null=True)
    port = IntegerField(null=True)
    user = CharField(null=True)
    identity_file = CharField(null=True)
    known_hosts_file = CharField(null=True)
    bind_address = CharField(default="127.0.0.1")
    registry_certificates = json_field(default=dict)
    recipient = CharField(null=True)

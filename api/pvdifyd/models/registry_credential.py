"""What signs in to a registry, for one app or for all of a host's."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, TextField

from pvdifyd import clock
from pvdifyd.models.app import App
from pvdifyd.models.database import Row
from pvdifyd.models.host import Host


class RegistryCredential(Row):
    """registry: as it stands in an image's reference; app: null for all apps of the host; document: of sops, in which
    registry, username, app and password are one; recipient: whom it is encrypted for."""

    id = AutoField()
    app_id: int | None
    host = ForeignKeyField(Host, backref="registry_credentials", on_delete="CASCADE")
    app = ForeignKeyField(App, backref="registry_credentials", null=True, on_delete="CASCADE")
    registry = CharField()
    username = CharField()
    document = TextField()
    recipient = CharField()
    created_at = CharField(default=clock.now)
    created_by = CharField()

    class Meta:
        indexes = ((("host", "registry"), False),)

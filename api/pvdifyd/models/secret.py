"""A secret as it can be kept: encrypted, for the host that its app runs on."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, IntegerField, TextField

from pvdifyd.models.app import App
from pvdifyd.models.database import Row


class Secret(Row):
    """version: the config version that it was set in; document: of sops, in which app, key, version and value are
    one; recipient: whom it is encrypted for."""

    id = AutoField()
    app_id: int
    app = ForeignKeyField(App, backref="secrets", on_delete="CASCADE")
    key = CharField()
    version = IntegerField()
    document = TextField()
    recipient = CharField()

    class Meta:
        indexes = ((("app", "key", "version"), True),)

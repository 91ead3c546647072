"""A config version: all of an app's config vars at one moment; it never changes."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, IntegerField

from pvdifyd import clock
from pvdifyd.models.app import App
from pvdifyd.models.database import Row, json_field


class ConfigVersion(Row):
    """values: {key: text}, the plain ones; secrets: {key: number}, the version of each key's secret; changes: the keys
    that it changed; hash: of values and secrets, so that equal contents can be told."""

    id = AutoField()
    app_id: int
    app = ForeignKeyField(App, backref="config_versions", on_delete="CASCADE")
    version = IntegerField()
    values = json_field()
    secrets = json_field()
    changes = json_field()
    hash = CharField()
    message = CharField(null=True, max_length=512)
    created_at = CharField(default=clock.now)
    created_by = CharField()

    class Meta:
        indexes = ((("app", "version"), True),)

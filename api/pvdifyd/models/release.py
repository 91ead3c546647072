"""A release: an image with the slot's settings at one moment; it never changes but in its status."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, IntegerField

from pvdifyd import clock
from pvdifyd.models.app import App
from pvdifyd.models.database import Row, json_field

PENDING = "pending"
DEPLOYING = "deploying"
ACTIVE = "active"
SUPERSEDED = "superseded"
FAILED = "failed"


class Release(Row):
    """units: the release whose units on the host run it, which is another one after a rollback; secrets: {key:
    {version: number, digest: SHA-256 of its document, in hex}}, so that no other document can take its place."""

    id = AutoField()
    app_id: int
    app = ForeignKeyField(App, backref="releases", on_delete="CASCADE")
    version = IntegerField()
    image = CharField(max_length=512)
    digest = CharField(null=True)
    config_version = IntegerField(null=True)
    secrets = json_field(default=dict)
    processes = json_field()
    container_port = IntegerField(null=True)
    healthcheck = json_field(null=True)
    status = CharField(default=PENDING)
    reason = json_field(null=True)
    rollback_of = IntegerField(null=True)
    units = IntegerField()
    created_at = CharField(default=clock.now)
    created_by = CharField()
    finished_at = CharField(null=True)

    class Meta:
        indexes = ((("app", "version"), True),)

"""A domain that leads to an app."""

from __future__ import annotations

from peewee import AutoField, BooleanField, CharField, ForeignKeyField

from pvdifyd import clock
from pvdifyd.models.app import App
from pvdifyd.models.database import Row, json_field

PENDING = "pending"
ACTIVE = "active"
FAILED = "failed"
REMOVING = "removing"
STATUSES = (PENDING, ACTIVE, FAILED, REMOVING)


class Domain(Row):
    """name: ASCII, in lower case, with *. before it for all below it; reason: why it failed, {code, message,
    next_step}; force: a record of somebody else's may be replaced, until it is active; zone_id, zone and record_id:
    Cloudflare's, null before they are known; record_unsure: a record may have been made though its id was not told."""

    id = AutoField()
    app_id: int
    app = ForeignKeyField(App, backref="domains", on_delete="CASCADE")
    name = CharField(unique=True)
    status = CharField(default=PENDING)
    reason = json_field(null=True)
    force = BooleanField(default=False)
    zone_id = CharField(null=True)
    zone = CharField(null=True)
    record_id = CharField(null=True)
    record_unsure = BooleanField(default=False)
    created_at = CharField(default=clock.now)
    created_by = CharField()
    updated_at = CharField(default=clock.now)

"""An operation: one change to a host, asked for, run and settled."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, IntegerField

from pvdifyd import clock
from pvdifyd.models.app import App
from pvdifyd.models.database import Row, json_field

DEPLOY = "deploy"
ROLLBACK = "rollback"
DESTROY = "destroy"

QUEUED = "queued"
RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
CANCELLED = "cancelled"
OPEN = (QUEUED, RUNNING)
CLOSED = (SUCCEEDED, FAILED, CANCELLED)
STATUSES = OPEN + CLOSED


class Operation(Row):
    """app_name outlives the app, so that a destroyed app's history can be read; attempt counts from 1."""

    id = AutoField()
    app_id: int | None
    kind = CharField()
    app = ForeignKeyField(App, backref="operations", null=True, on_delete="SET NULL")
    app_name = CharField()
    release_version = IntegerField(null=True)
    status = CharField(default=QUEUED)
    error = json_field(null=True)
    created_by = CharField()
    created_at = CharField(default=clock.now)
    started_at = CharField(null=True)
    finished_at = CharField(null=True)
    attempt = IntegerField(default=1)

    class Meta:
        indexes = ((("app_name", "status"), False), (("status",), False))

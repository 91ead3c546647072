"""An operation: one change to a host, asked for, run and settled."""

from __future__ import annotations

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, IntegerField

from pvdifyd import clock
from pvdifyd.models.app import App
from pvdifyd.models.database import Row, json_field

DEPLOY = "deploy"
ROLLBACK = "rollback"
DESTROY = "destroy"
SCALE = "scale"
STOP = "stop"
START = "start"
RESTART = "restart"
RESOURCES = "resources"
CONFIG = "config"
ROTATE = "rotate"
EDGE = "edge"
DOMAINS = "domains"
KINDS = (
    DEPLOY,
    ROLLBACK,
    CONFIG,
    DESTROY,
    SCALE,
    STOP,
    START,
    RESTART,
    RESOURCES,
    ROTATE,
    EDGE,
    DOMAINS,
)
# Those that bring the domains of a whole host to it.
ROUTING = (EDGE, DOMAINS)
# Those that bring a release of theirs to the host.
RELEASING = (DEPLOY, ROLLBACK, CONFIG)

QUEUED = "queued"
RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
CANCELLED = "cancelled"
OPEN = (QUEUED, RUNNING)
CLOSED = (SUCCEEDED, FAILED, CANCELLED)
STATUSES = OPEN + CLOSED


class Operation(Row):
    """app_name outlives the app, so that a destroyed app's history can be read; it is empty, and app null, for an
    operation of a whole host. attempt counts from 1.

    release_version: of one that is RELEASING; arguments: what another kind was asked for; request_id: of the request
    that asked for it, null where none did; cancel_requested: whether somebody asked for it to be cancelled, whatever
    became of that."""

    id = AutoField()
    app_id: int | None
    kind = CharField()
    app = ForeignKeyField(App, backref="operations", null=True, on_delete="SET NULL")
    app_name = CharField()
    release_version = IntegerField(null=True)
    arguments = json_field(null=True)
    status = CharField(default=QUEUED)
    error = json_field(null=True)
    created_by = CharField()
    request_id = CharField(null=True)
    created_at = CharField(default=clock.now)
    started_at = CharField(null=True)
    finished_at = CharField(null=True)
    attempt = IntegerField(default=1)
    cancel_requested = BooleanField(default=False)

    class Meta:
        indexes = ((("app_name", "status"), False), (("status",), False))

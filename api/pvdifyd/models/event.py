"""An event: what happened in an operation, in the order of the ids."""

from __future__ import annotations

from peewee import AutoField, CharField, FloatField, ForeignKeyField, TextField

from pvdifyd import clock
from pvdifyd.models.database import Row, json_field
from pvdifyd.models.operation import Operation

PHASE = "phase"
STATUS = "status"
NOTE = "note"


class Event(Row):
    """type: phase (status started, ok or failed), status (the operation's), note; seconds: of a phase."""

    id = AutoField()
    operation_id: int
    operation = ForeignKeyField(Operation, backref="events", on_delete="CASCADE")
    at = CharField(default=clock.now)
    type = CharField()
    phase = CharField(null=True)
    status = CharField(null=True)
    message = TextField(default="")
    seconds = FloatField(null=True)
    data = json_field(default=dict)

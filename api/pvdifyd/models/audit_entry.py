"""An audit entry: who changed what, when and from where, and what became of it; the database lets nobody change it."""

from __future__ import annotations

from peewee import CharField, IntegerField, TextField
from playhouse.sqlite_ext import AutoIncrementField

from pvdifyd import clock
from pvdifyd.models.database import Row


class AuditEntry(Row):
    """The ids have no gaps. who: a token's name, or pvdifyd's own machine; address: null there; action: method and rule
    of a route, a command, or an operation's kind; target: canonical JSON of what was asked for, without values that may
    be secret; status: of HTTP; operation: its id, which outlives it; previous: the hash of the entry before."""

    id = AutoIncrementField()
    at = CharField(default=clock.now, index=True)
    who = CharField()
    address = CharField(null=True)
    action = CharField()
    app = CharField(null=True, index=True)
    target = TextField()
    status = IntegerField(null=True)
    result = CharField()
    operation = IntegerField(null=True)
    request_id = CharField(null=True)
    previous = CharField()
    hash = CharField()

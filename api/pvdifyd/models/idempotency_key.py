"""The answer a request with an Idempotency-Key got, to be given again."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, IntegerField, TextField

from pvdifyd import clock
from pvdifyd.models.database import Row, json_field
from pvdifyd.models.token import Token


class IdempotencyKey(Row):
    """fingerprint: SHA-256 of the request's method, target and body, or scrypt where the body may hold secrets; status,
    headers and body: the answer."""

    id = AutoField()
    token = ForeignKeyField(Token, on_delete="CASCADE")
    key = CharField()
    fingerprint = CharField()
    status = IntegerField()
    headers = json_field()
    body = TextField()
    created_at = CharField(default=clock.now)

    class Meta:
        indexes = ((("token", "key"), True),)

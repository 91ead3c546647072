"""A token of the API; the token itself is shown once and never stored."""

from __future__ import annotations

from peewee import AutoField, CharField

from pvdifyd import clock
from pvdifyd.models.database import Row


class Token(Row):
    """sha256: hex of the token's SHA-256; expires_at: null for never."""

    id = AutoField()
    name = CharField(unique=True)
    sha256 = CharField(unique=True)
    created_at = CharField(default=clock.now)
    last_used_at = CharField(null=True)
    expires_at = CharField(null=True)

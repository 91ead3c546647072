"""A token of the API; the token itself is shown once and never stored."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField

from pvdifyd import clock
from pvdifyd.models.database import Row, json_field

READ = "read"
DEPLOY = "deploy"
ADMIN = "admin"
# Each may do what those before it may.
SCOPES = (READ, DEPLOY, ADMIN)


class Token(Row):
    """A row is kept when its token was revoked, so that its name stays that of one token.

    sha256: hex of the token's SHA-256; scope: one of SCOPES; apps: the names of those it is for, sorted, or null for
    all; created_by: the name of the token that asked for it; expires_at and revoked_at: null for never."""

    id = AutoField()
    name = CharField(unique=True)
    sha256 = CharField(unique=True)
    # Whoever forgets to say it gets the least.
    scope = CharField(constraints=[SQL(f"DEFAULT '{READ}'")])
    apps = json_field(null=True)
    created_at = CharField(default=clock.now)
    created_by = CharField(constraints=[SQL("DEFAULT ''")])
    last_used_at = CharField(null=True)
    expires_at = CharField(null=True)
    revoked_at = CharField(null=True)

"""Scopes, apps and revocation of tokens, and the audit chain, which refuses to be changed."""

from __future__ import annotations

from typing import Any

from peewee import SQL, CharField, IntegerField, JSONField, Model, TextField
from playhouse.sqlite_ext import AutoIncrementField

# INSERT OR REPLACE deletes without asking the trigger for that: hence the third.
TRIGGERS = {
    "audit_entry_no_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_no_delete": "BEFORE DELETE ON audit_entry",
    "audit_entry_no_replace": "BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)",
}


def up(migrator: Any, db: Any) -> None:
    _add(migrator, "scope", CharField(constraints=[SQL("DEFAULT 'read'")]))
    _add(migrator, "apps", JSONField(null=True))
    _add(migrator, "created_by", CharField(constraints=[SQL("DEFAULT ''")]))
    _add(migrator, "revoked_at", CharField(null=True))
    # There was one kind of token before, and it could do everything.
    db.execute_sql("UPDATE token SET scope = 'admin'")

    class AuditEntry(Model):
        id = AutoIncrementField()
        at = CharField(index=True)
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

        class Meta:
            database = db
            table_name = "audit_entry"

    db.create_tables([AuditEntry])
    for name, moment in TRIGGERS.items():
        db.execute_sql(
            f"CREATE TRIGGER {name} {moment} BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )


def down(migrator: Any, db: Any) -> None:
    for name in TRIGGERS:
        db.execute_sql(f"DROP TRIGGER {name}")
    db.execute_sql('DROP TABLE "audit_entry"')
    for column in ("revoked_at", "created_by", "apps", "scope"):
        migrator.migrate(migrator.drop_column("token", column))


def _add(migrator: Any, column: str, field: Any) -> None:
    migrator.migrate(migrator.add_column("token", column, field, allow_not_null=True))

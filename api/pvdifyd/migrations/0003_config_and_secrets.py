"""Config versions, secrets, and what signs in to a registry."""

from __future__ import annotations

from typing import Any

from peewee import SQL, CharField, ForeignKeyField, IntegerField, JSONField, Model, TextField


def up(migrator: Any, db: Any) -> None:
    _add(migrator, "host", "recipient", CharField(null=True))
    _add(migrator, "app", "config_version", IntegerField(null=True))
    _add(migrator, "release", "secrets", JSONField(default=dict, constraints=[SQL("DEFAULT '{}'")]))

    class Host(Model):
        class Meta:
            database = db
            table_name = "host"

    class App(Model):
        class Meta:
            database = db
            table_name = "app"

    class ConfigVersion(Model):
        app = ForeignKeyField(App, on_delete="CASCADE")
        version = IntegerField()
        values = JSONField()
        secrets = JSONField()
        changes = JSONField()
        hash = CharField()
        message = CharField(null=True, max_length=512)
        created_at = CharField()
        created_by = CharField()

        class Meta:
            database = db
            table_name = "config_version"
            indexes = ((("app", "version"), True),)

    class Secret(Model):
        app = ForeignKeyField(App, on_delete="CASCADE")
        key = CharField()
        version = IntegerField()
        document = TextField()
        recipient = CharField()

        class Meta:
            database = db
            table_name = "secret"
            indexes = ((("app", "key", "version"), True),)

    class RegistryCredential(Model):
        host = ForeignKeyField(Host, on_delete="CASCADE")
        app = ForeignKeyField(App, null=True, on_delete="CASCADE")
        registry = CharField()
        username = CharField()
        document = TextField()
        recipient = CharField()
        created_at = CharField()
        created_by = CharField()

        class Meta:
            database = db
            table_name = "registry_credential"
            indexes = ((("host", "registry"), False),)

    db.create_tables([ConfigVersion, Secret, RegistryCredential])


def down(migrator: Any, db: Any) -> None:
    for table in ("registry_credential", "secret", "config_version"):
        db.execute_sql(f'DROP TABLE "{table}"')
    for table, column in (("release", "secrets"), ("app", "config_version"), ("host", "recipient")):
        migrator.migrate(migrator.drop_column(table, column))


def _add(migrator: Any, table: str, column: str, field: Any) -> None:
    migrator.migrate(migrator.add_column(table, column, field, allow_not_null=True))

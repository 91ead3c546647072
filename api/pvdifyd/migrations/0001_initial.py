"""The first tables. The models here are frozen copies: those of the package go on changing."""

from __future__ import annotations

from typing import Any

from peewee import (
    BooleanField,
    CharField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
    TextField,
)


def up(migrator: Any, db: Any) -> None:
    class Host(Model):
        name = CharField(unique=True)
        connection = CharField(default="local")
        address = CharField(null=True)
        port = IntegerField(null=True)
        user = CharField(null=True)
        identity_file = CharField(null=True)
        known_hosts_file = CharField(null=True)
        bind_address = CharField(default="127.0.0.1")
        registry_certificates = JSONField(default=dict)

        class Meta:
            database = db
            table_name = "host"

    db.create_tables([Host])

    class App(Model):
        name = CharField(unique=True)
        environment = CharField()
        host = ForeignKeyField(Host, on_delete="RESTRICT")
        image = CharField(null=True, max_length=512)
        processes = JSONField()
        bind_port = IntegerField()
        container_port = IntegerField(null=True)
        healthcheck = JSONField(null=True)
        removing = BooleanField(default=False)
        created_at = CharField()
        updated_at = CharField()

        class Meta:
            database = db
            table_name = "app"
            indexes = ((("host", "bind_port"), True),)

    db.create_tables([App])

    class Operation(Model):
        kind = CharField()
        app = ForeignKeyField(App, null=True, on_delete="SET NULL")
        app_name = CharField()
        release_version = IntegerField(null=True)
        status = CharField(default="queued")
        error = JSONField(null=True)
        created_by = CharField()
        created_at = CharField()
        started_at = CharField(null=True)
        finished_at = CharField(null=True)
        attempt = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "operation"
            indexes = ((("app_name", "status"), False), (("status",), False))

    db.create_tables([Operation])

    class Event(Model):
        operation = ForeignKeyField(Operation, on_delete="CASCADE")
        at = CharField()
        type = CharField()
        phase = CharField(null=True)
        status = CharField(null=True)
        message = TextField(default="")
        seconds = FloatField(null=True)
        data = JSONField(default=dict)

        class Meta:
            database = db
            table_name = "event"

    db.create_tables([Event])

    class Token(Model):
        name = CharField(unique=True)
        sha256 = CharField(unique=True)
        created_at = CharField()
        last_used_at = CharField(null=True)
        expires_at = CharField(null=True)

        class Meta:
            database = db
            table_name = "token"

    db.create_tables([Token])

    class IdempotencyKey(Model):
        token = ForeignKeyField(Token, on_delete="CASCADE")
        key = CharField()
        fingerprint = CharField()
        status = IntegerField()
        headers = JSONField()
        body = TextField()
        created_at = CharField()

        class Meta:
            database = db
            table_name = "idempotency_key"
            indexes = ((("token", "key"), True),)

    db.create_tables([IdempotencyKey])

    class Release(Model):
        app = ForeignKeyField(App, on_delete="CASCADE")
        version = IntegerField()
        image = CharField(max_length=512)
        digest = CharField(null=True)
        config_version = IntegerField(null=True)
        processes = JSONField()
        container_port = IntegerField(null=True)
        healthcheck = JSONField(null=True)
        status = CharField(default="pending")
        reason = JSONField(null=True)
        rollback_of = IntegerField(null=True)
        units = IntegerField()
        created_at = CharField()
        created_by = CharField()
        finished_at = CharField(null=True)

        class Meta:
            database = db
            table_name = "release"
            indexes = ((("app", "version"), True),)

    db.create_tables([Release])


def down(migrator: Any, db: Any) -> None:
    migrator.migrate(migrator.drop_table("release"))
    migrator.migrate(migrator.drop_table("idempotency_key"))
    migrator.migrate(migrator.drop_table("token"))
    migrator.migrate(migrator.drop_table("event"))
    migrator.migrate(migrator.drop_table("operation"))
    migrator.migrate(migrator.drop_table("app"))
    migrator.migrate(migrator.drop_table("host"))

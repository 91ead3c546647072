"""What brings requests to a host, the secrets of hosts themselves, and the domains of apps."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, JSONField, Model, TextField


def up(migrator: Any, db: Any) -> None:
    class Host(Model):
        class Meta:
            database = db
            table_name = "host"

    class App(Model):
        class Meta:
            database = db
            table_name = "app"

    class Edge(Model):
        host = ForeignKeyField(Host, unique=True, on_delete="CASCADE")
        kind = CharField()
        settings = JSONField(default=dict)
        prepared = BooleanField(default=False)
        updated_at = CharField()
        updated_by = CharField()

        class Meta:
            database = db
            table_name = "edge"

    class HostSecret(Model):
        host = ForeignKeyField(Host, on_delete="CASCADE")
        name = CharField()
        document = TextField()
        recipient = CharField()

        class Meta:
            database = db
            table_name = "host_secret"
            indexes = ((("host", "name"), True),)

    class Domain(Model):
        app = ForeignKeyField(App, on_delete="CASCADE")
        name = CharField(unique=True)
        status = CharField(default="pending")
        reason = JSONField(null=True)
        force = BooleanField(default=False)
        zone_id = CharField(null=True)
        zone = CharField(null=True)
        record_id = CharField(null=True)
        created_at = CharField()
        created_by = CharField()
        updated_at = CharField()

        class Meta:
            database = db
            table_name = "domain"

    db.create_tables([Edge, HostSecret, Domain])


def down(migrator: Any, db: Any) -> None:
    for table in ("domain", "host_secret", "edge"):
        db.execute_sql(f'DROP TABLE "{table}"')

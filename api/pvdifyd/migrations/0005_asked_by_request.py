"""Which request asked for an operation, so that the worker's lines can say it."""

from __future__ import annotations

from typing import Any

from peewee import CharField


def up(migrator: Any, db: Any) -> None:
    field = CharField(null=True)
    migrator.migrate(migrator.add_column("operation", "request_id", field))


def down(migrator: Any, db: Any) -> None:
    migrator.migrate(migrator.drop_column("operation", "request_id"))

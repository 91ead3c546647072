"""Formations, limits, and operations that carry arguments and can be cancelled."""

from __future__ import annotations

import json
from typing import Any

from peewee import SQL, BooleanField, IntegerField, JSONField

# The limits that apps of before get; those of new apps are pvdifyd.operations.resources.
LIMITS = {
    "production": {"memory": "512M", "cpu": 0.5},
    "staging": {"memory": "256M", "cpu": 0.25},
    "preview": {"memory": "128M", "cpu": 0.1},
}


def up(migrator: Any, db: Any) -> None:
    # With its default in the database, a column is added without rebuilding the table that others refer to.
    _add(migrator, "app", "resources", JSONField(default=dict, constraints=[SQL("DEFAULT '{}'")]))
    _add(migrator, "app", "formation", JSONField(null=True))
    _add(migrator, "app", "stopped", JSONField(default=list, constraints=[SQL("DEFAULT '[]'")]))
    _add(migrator, "app", "bound_port", IntegerField(null=True))
    _add(migrator, "operation", "arguments", JSONField(null=True))
    _add(
        migrator, "operation", "cancel_requested", BooleanField(default=False, constraints=[SQL("DEFAULT 0")])
    )
    for environment, limits in LIMITS.items():
        db.execute_sql(
            "UPDATE app SET resources = ? WHERE environment = ?", (json.dumps(limits), environment)
        )


def down(migrator: Any, db: Any) -> None:
    for table, column in (
        ("operation", "cancel_requested"),
        ("operation", "arguments"),
        ("app", "bound_port"),
        ("app", "stopped"),
        ("app", "formation"),
        ("app", "resources"),
    ):
        migrator.migrate(migrator.drop_column(table, column))


def _add(migrator: Any, table: str, column: str, field: Any) -> None:
    migrator.migrate(migrator.add_column(table, column, field, allow_not_null=True))

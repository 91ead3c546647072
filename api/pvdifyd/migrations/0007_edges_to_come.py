"""An edge that was asked for stands beside the one in force until its operation has ended; and domains tell whether a
record of theirs may have been made though its id was not told."""

from __future__ import annotations

from typing import Any

UP = (
    'ALTER TABLE "edge" ADD COLUMN "operation_id" INTEGER REFERENCES "operation" ("id") ON DELETE CASCADE',
    'ALTER TABLE "host_secret" ADD COLUMN "operation_id" INTEGER REFERENCES "operation" ("id") ON DELETE CASCADE',
    'ALTER TABLE "domain" ADD COLUMN "record_unsure" INTEGER NOT NULL DEFAULT 0',
    # What was unique for a host is so among what is in force.
    'DROP INDEX "edge_host_id"',
    'DROP INDEX "hostsecret_host_id_name"',
    'CREATE INDEX "edge_host_id" ON "edge" ("host_id")',
    'CREATE UNIQUE INDEX "edge_operation_id" ON "edge" ("operation_id")',
    'CREATE UNIQUE INDEX "edge_in_force" ON "edge" ("host_id") WHERE "operation_id" IS NULL',
    'CREATE UNIQUE INDEX "hostsecret_operation_id_name" ON "host_secret" ("operation_id", "name")',
    'CREATE UNIQUE INDEX "host_secret_in_force" ON "host_secret" ("host_id", "name") WHERE "operation_id" IS NULL',
)

DOWN = (
    'DELETE FROM "edge" WHERE "operation_id" IS NOT NULL',
    'DELETE FROM "host_secret" WHERE "operation_id" IS NOT NULL',
    'DROP INDEX "edge_host_id"',
    'DROP INDEX "edge_operation_id"',
    'DROP INDEX "edge_in_force"',
    'DROP INDEX "hostsecret_operation_id_name"',
    'DROP INDEX "host_secret_in_force"',
    'CREATE UNIQUE INDEX "edge_host_id" ON "edge" ("host_id")',
    'CREATE UNIQUE INDEX "hostsecret_host_id_name" ON "host_secret" ("host_id", "name")',
)

COLUMNS = (("domain", "record_unsure"), ("host_secret", "operation_id"), ("edge", "operation_id"))


def up(migrator: Any, db: Any) -> None:
    for statement in UP:
        db.execute_sql(statement)


def down(migrator: Any, db: Any) -> None:
    for statement in DOWN:
        db.execute_sql(statement)
    for table, column in COLUMNS:
        migrator.migrate(migrator.drop_column(table, column))

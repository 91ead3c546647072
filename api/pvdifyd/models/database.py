"""The one database of the process, and how a thread comes to its connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

# Seconds a writer waits for another one; writes take milliseconds, so that this is never reached.
BUSY_TIMEOUT = 30

database = peewee.DatabaseProxy()


def connect(url: str) -> None:
    """Name the database this process uses; the threads open their connections by themselves."""
    database.initialize(
        peewee.SqliteDatabase(
            url.removeprefix("sqlite:///"),
            pragmas={"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1},
            timeout=BUSY_TIMEOUT,
            # A transaction of ours writes: asking for the lock first means that it never has to start over.
            lock_type="IMMEDIATE",
        )
    )


def connected() -> None:
    """Give the calling thread its connection, if it has none."""
    database.connect(reuse_if_open=True)


def close() -> None:
    """Close the calling thread's connection."""
    database.close()


@contextmanager
def atomic() -> Iterator[None]:
    """A transaction (inside another one: a savepoint); an exception undoes it."""
    connected()
    with database.atomic():
        yield


class Row(peewee.Model):
    """A row of ours."""

    class Meta:
        database = database
        legacy_table_names = False


def json_field(**options: Any) -> peewee.JSONField:
    """A column of JSON."""
    return peewee.JSONField(**options)

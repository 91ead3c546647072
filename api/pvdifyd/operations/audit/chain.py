"""How audit entries hold together: each has the hash of the one before it, and its own is of all its other fields."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pvdifyd.models import AuditEntry, database

# What stands before the first entry.
BEGINNING = "0" * 64

# All fields but the hash itself.
FIELDS = (
    "id",
    "at",
    "who",
    "address",
    "action",
    "app",
    "target",
    "status",
    "result",
    "operation",
    "request_id",
    "previous",
)


def canonical(value: Any) -> str:
    """The one way that a value is written: JSON in ASCII, keys in order, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def hash_of(entry: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of an entry's fields in canonical JSON; target: as the text that is kept of it."""
    return hashlib.sha256(canonical({field: entry[field] for field in FIELDS}).encode()).hexdigest()


def appended() -> int:
    """The number of the last entry that was ever written, as SQLite itself keeps it; 0 where there is none."""
    name = AuditEntry._meta.table_name
    row = database.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).fetchone()
    return row[0] if row and isinstance(row[0], int) else 0

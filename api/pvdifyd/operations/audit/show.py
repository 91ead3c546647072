"""Audit entries as they are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pvdifyd.models import AuditEntry
from pvdifyd.operations.audit import chain


def entries(rows: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Entries."""
    return [{**{name: getattr(row, name) for name in _FIELDS}, "target": _target(row)} for row in rows]


_FIELDS = (*chain.FIELDS, "hash")


def _target(row: AuditEntry) -> Any:
    try:
        target = json.loads(row.target)
    except ValueError:
        target = None
    # Somebody may have touched it: `pvdifyd audit verify` says so, and the rest can be read.
    return target if isinstance(target, dict) else {}

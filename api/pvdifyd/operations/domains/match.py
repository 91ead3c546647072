"""Having an app's domains be exactly those that its definition names."""

from __future__ import annotations

from collections.abc import Collection

from pvdifyd.models import App, Operation
from pvdifyd.models.domain import ACTIVE, PENDING, REMOVING
from pvdifyd.operations.domains import find as domains
from pvdifyd.operations.domains.add import MaySee, add
from pvdifyd.operations.domains.remove import remove
from pvdifyd.operations.domains.rules import domain_named


def match(app: App, wanted: Collection[str], created_by: str, may_see: MaySee) -> Operation | None:
    """The operation that brings those that are missing or failed and takes away those that are not named; None where
    that is nothing. In a transaction. Raises what `add` raises."""
    names = {domain_named(name) for name in wanted}
    rows = {row.name: row for row in domains.of_app(app)}
    fine = {name for name, row in rows.items() if row.status in (PENDING, ACTIVE)}
    operation = None
    surplus = [row for name, row in rows.items() if name not in names and row.status != REMOVING]
    if surplus:
        operation = remove(app, surplus, created_by)
    missing = sorted(names - fine)
    if missing:
        operation = add(app, missing, created_by, may_see)
    return operation

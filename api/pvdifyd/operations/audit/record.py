"""Appending to the audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pvdifyd import clock
from pvdifyd.models import AuditEntry, Operation, atomic
from pvdifyd.operations.audit import chain

# Who works on the machine itself has no token. No token can have this name.
MACHINE = "pvdifyd on its machine"

ACCEPTED = "accepted"
REFUSED = "refused"
REPEATED = "repeated"
SUCCEEDED = "succeeded"
FAILED = "failed"
CANCELLED = "cancelled"
RESULTS = (ACCEPTED, REFUSED, REPEATED, SUCCEEDED, FAILED, CANCELLED)


@dataclass(frozen=True)
class Deed:
    """What is to be written down; the fields are those of an entry. target: without any value that may be secret."""

    who: str
    action: str
    result: str
    address: str | None = None
    app: str | None = None
    target: dict[str, Any] = field(default_factory=dict)
    status: int | None = None
    operation: int | None = None
    request_id: str | None = None


def append(deed: Deed) -> AuditEntry:
    """The entry, last in the chain. In a transaction it is kept or undone with what else is done there."""
    with atomic():
        # A transaction of ours has the database for itself, so that nobody comes in between.
        last = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
        fields = {
            **vars(deed),
            # Not one more than the last one's that is there: where entries were cut off, the gap must stay.
            "id": max(chain.appended(), last.id if last else 0) + 1,
            "at": clock.now(),
            "target": chain.canonical(deed.target),
            "previous": last.hash if last else chain.BEGINNING,
        }
        return AuditEntry.create(**fields, hash=chain.hash_of(fields))


def operation_ended(operation: Operation) -> None:
    """To be called in the transaction that closes the operation."""
    target: dict[str, Any] = {"release": operation.release_version} if operation.release_version else {}
    if operation.error:
        target["reason"] = operation.error["code"]
    append(
        Deed(
            who=operation.created_by,
            action=f"operation {operation.kind}",
            result=operation.status,
            app=operation.app_name or None,
            target=target,
            operation=operation.id,
        )
    )


def by_machine(action: str, target: dict[str, Any], result: str = SUCCEEDED) -> None:
    """A command of pvdifyd's own changed something."""
    append(Deed(who=MACHINE, action=f"pvdifyd {action}", result=result, target=target))

"""Doing for one domain what was decided about its records, and saying it first where nothing is to be touched."""

from __future__ import annotations

from typing import Any

from . import reasons, records
from .failures import Refused
from .records import Decision, Record, Records
from .settled import ACTIVE, FAILED, GONE, Account, Settled
from .zones import Zone

# Cloudflare's words for a record that came in between, and for one that has gone.
_EXISTS = {81053, 81054, 81057, 81058}
_NO_RECORD = {81044}


def have(account: Account, one: dict[str, Any], zone: Zone, there: Records) -> Settled:
    """Have a domain {domain, app, force, record_id} lead to the account's tunnel.

    Raises ``Refused`` and ``Trouble``.
    """
    name, force = one["domain"], bool(one.get("force"))

    def decide(records_there: list[Record]) -> Decision:
        return records.wanted(
            records_there, account.target, host=account.host, force=force, known=one.get("record_id")
        )

    try:
        return _act(account, one, zone, there, decide(there.of(name)))
    except Refused as refused:
        if not refused.codes & (_EXISTS | _NO_RECORD):
            raise
        # An attempt that had no answer was done all the same, or somebody was quicker.
        return _act(account, one, zone, there, decide(there.now_of(name)))


def _act(account: Account, one: dict[str, Any], zone: Zone, there: Records, decision: Decision) -> Settled:
    name, record = one["domain"], decision.record
    comment = records.comment_of(one["app"], account.host)
    if decision.change == "refused" and record is not None:
        reason = reasons.record_exists(name, one["app"], record.type, record.content)
        return Settled(FAILED, "none", zone, record, reason)
    if decision.change == "created":
        shown = f"make a record: {name} CNAME {account.target}, proxied"
        record = there.create(name, account.target, comment) if account.changes.will(shown) else None
    elif decision.change == "updated" and record is not None:
        for other in decision.others:
            if account.changes.will(f"remove a record: {name} {other.type} {other.content}"):
                there.delete(other)
        shown = f"replace a record: {name} {record.type} {record.content} by CNAME {account.target}, proxied"
        if account.changes.will(shown):
            record = there.overwrite(record, account.target, comment)
    return Settled(ACTIVE, decision.change, zone, record)


def remove(account: Account, name: str, zone: Zone, there: Records) -> Settled:
    """Have a name lead to the account's tunnel no more. Raises as above."""
    decision = records.unwanted(there.of(name), account.target)
    record = decision.record
    if decision.change == "left" and record is not None:
        note = f"{name} leads elsewhere ({record.type} {record.content}): the record was left."
        return Settled(GONE, "left", zone, record, note=note)
    if record is not None and account.changes.will(f"remove a record: {name} CNAME {account.target}"):
        try:
            there.delete(record)
        except Refused as refused:
            if refused.status != 404 and not refused.codes & _NO_RECORD:
                raise
    return Settled(GONE, decision.change, zone)

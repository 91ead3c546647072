"""Finding out whether anybody has touched the audit log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peewee import PeeweeException

from pvdifyd.errors import PvdifydError
from pvdifyd.models import AuditEntry, connected, database
from pvdifyd.operations.audit import chain

_COLUMNS = (*chain.FIELDS, "hash")


class BrokenChain(PvdifydError):
    """An entry is not what was written."""

    code = "audit_broken"


@dataclass(frozen=True)
class Whole:
    """count: of entries; head: the hash of the last one, chain.BEGINNING where there is none; since: how many came
    after the entry whose hash was given."""

    count: int
    head: str
    since: int | None = None


def verify(known: str | None = None) -> Whole:
    """What was found, when nothing was touched. known: a head that was noted before, which must still be there.

    Raises BrokenChain(audit_broken) naming the first entry that is wrong.
    """
    connected()
    # Asked first: what is appended meanwhile is only more than this.
    appended = chain.appended()
    number, previous, seen_at = 0, chain.BEGINNING, 0 if known == chain.BEGINNING else None
    for entry in _entries():
        _check(entry, number + 1, previous)
        number, previous = number + 1, entry["hash"]
        if previous == known:
            seen_at = number
    if number < appended:
        raise BrokenChain(
            f"Entry {number + 1} is missing, and all after it: {appended} were written, {number} are there."
        )
    if known is not None and seen_at is None:
        raise BrokenChain(
            f"No entry has the hash {known}: entries are missing at the end, or all were written anew since it was "
            f"noted. {number} entries are there."
        )
    return Whole(number, previous, None if seen_at is None else number - seen_at)


def _check(entry: dict[str, Any], number: int, previous: str) -> None:
    found = entry["id"]
    if found != number:
        missing = f"Entry {number} is missing: the next one there is {found}."
        raise BrokenChain(missing if isinstance(found, int) else f"Entry {number} has no number.")
    if entry["previous"] != previous:
        raise BrokenChain(
            f"Entry {number} does not follow entry {number - 1}: one of them was replaced, or put in another's place."
        )
    if not _is_as_written(entry):
        raise BrokenChain(f"Entry {number} was changed: its hash is not that of what it says.")


def _is_as_written(entry: dict[str, Any]) -> bool:
    try:
        target = chain.canonical(json.loads(entry["target"]))
        return bool(target == entry["target"] and chain.hash_of(entry) == entry["hash"])
    except (TypeError, ValueError):
        # A field is of a kind that is never written.
        return False


def _entries() -> Iterator[dict[str, Any]]:
    """Each row as it is in the table, with no reading into it."""
    rows = AuditEntry.select(*(AuditEntry._meta.fields[name] for name in _COLUMNS)).order_by(AuditEntry.id)
    last = 0
    try:
        for row in database.execute(rows.tuples()):
            entry = dict(zip(_COLUMNS, row, strict=True))
            last += 1
            yield entry
    except (sqlite3.Error, PeeweeException) as error:
        raise BrokenChain(f"What comes after entry {last} can't be read: {error}.") from None

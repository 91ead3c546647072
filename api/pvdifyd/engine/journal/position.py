"""A place in a host's journal, as its cursors tell it.

A cursor is journald's own name for an entry. Its parts (systemd.journal-fields(7), sd_journal_get_cursor(3)): ``s`` the
sequence the entry's number belongs to, ``i`` the number, ``b`` the boot, ``m`` microseconds since that boot, ``t``
microseconds since the epoch, ``x`` a hash of the entry; the numbers are hexadecimal.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CURSOR = re.compile(
    r"s=([0-9a-f]{32});i=([0-9a-f]{1,16});(b=[0-9a-f]{32};m=[0-9a-f]{1,16});t=([0-9a-f]{1,16});x=[0-9a-f]{1,16}",
    re.ASCII,
)


class Position(NamedTuple):
    """Where an entry stands: ``cursor`` names it, ``number`` counts in ``sequence``, ``time`` is in microseconds since
    the epoch, ``boot`` the cursor's parts that tell the boot and the time since."""

    cursor: str
    sequence: str
    number: int
    boot: str
    time: int

    @classmethod
    def of(cls, cursor: str) -> Position:
        """The position a cursor names; raises ``ValueError`` for what is none."""
        found = _CURSOR.fullmatch(cursor)
        if found is None:
            raise ValueError("no cursor of a journal")
        sequence, number, boot, time = found.groups()
        return cls(cursor, sequence, int(number, 16), boot, int(time, 16))

    def is_after(self, other: Position | None) -> bool:
        """Whether this stands later than the other; None is before everything.

        Numbers are compared where they count the same sequence. A journal that was begun anew has another one: there
        the time has to do.
        """
        if other is None:
            return True
        if self.sequence == other.sequence:
            return self.number > other.number
        return self.time > other.time

    def some_before(self, count: int) -> str:
        """A cursor to begin reading at, ``count`` entries before this one. No entry need have it: journald takes the
        next one there is."""
        return f"s={self.sequence};i={max(1, self.number - count):x};{self.boot};t={self.time:x}"

"""Reading a host's journal: the lines that apps write, as journald keeps them."""

from .entries import Entry
from .position import Position
from .read import journal, journal_end, journal_position

__all__ = ["Entry", "Position", "journal", "journal_end", "journal_position"]

"""A host's journal that is a list: written to by a test, read as the engine reads the real one."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from pvdifyd.engine import journal_position
from pvdifyd.engine.journal import Entry

SEQUENCE, BOOT = "a" * 32, "b" * 32

# 2026-01-05T10:30:00Z, in microseconds since the epoch.
BEGINNING = 1_767_609_000_000_000


class HostUnreachable(Exception):
    """The engine's."""


def cursor(number: int, sequence: str = SEQUENCE) -> str:
    """The cursor of the entry of this number."""
    return f"s={sequence};i={number:x};b={BOOT};m={number:x};t={BEGINNING + number:x};x={number:x}"


def entry(number: int, message: str = "", process: str = "web", instance: int = 1, units: int = 1) -> Entry:
    """The line of this number in a journal, written so many microseconds after its beginning."""
    place = journal_position(cursor(number))
    return Entry(place, BEGINNING + number, process, instance, units, message or f"line {number}")


@dataclass
class FakeJournal:
    """`away`: the host can't be reached; `cut` breaks the connections there are. `readers` counts those that ever
    read, `open` those that read now."""

    entries: list[Entry] = field(default_factory=list)
    away: bool = False
    readers: list[dict[str, Any]] = field(default_factory=list)
    open: int = 0
    at_once: int = 100
    _cuts: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def write(self, *messages: str, process: str = "web", instance: int = 1, units: int = 1) -> None:
        """What an instance writes."""
        with self._changed:
            for message in messages:
                number = len(self.entries) + 1
                self.entries.append(entry(number, message, process, instance, units))
            self._changed.notify_all()

    def cut(self) -> None:
        """Break every connection; new ones can be made unless the host is away."""
        with self._changed:
            self._cuts += 1
            self._changed.notify_all()

    def end(self) -> Any:
        """Where it ends now."""
        if self.away:
            raise HostUnreachable("connection refused")
        return self.entries[-1].position if self.entries else None

    def read(self, question: dict[str, Any], tick: float) -> Generator[list[Entry], None, None]:
        """What the engine's `journal` answers."""
        self.readers.append(question)
        self.open += 1
        cuts = self._cuts
        try:
            if self.away:
                raise HostUnreachable("connection refused")
            with self._changed:
                found, index = self._found(question), len(self.entries)
            while found:
                yield found[: self.at_once]
                found = found[self.at_once :]
            while question.get("follow"):
                with self._changed:
                    if len(self.entries) == index and self._cuts == cuts:
                        self._changed.wait(tick)
                    found = [one for one in self.entries[index:] if _is_of(question, one)]
                    index = len(self.entries)
                if self._cuts > cuts:
                    raise HostUnreachable("the connection was reset")
                yield found
        finally:
            self.open -= 1

    def _found(self, question: dict[str, Any]) -> list[Entry]:
        after = question.get("after")
        found = [one for one in self.entries if one.position.is_after(after) and _is_of(question, one)]
        since, until = question.get("since"), question.get("until")
        found = [one for one in found if since is None or one.time >= since]
        found = [one for one in found if until is None or one.time <= until]
        lines = question.get("lines")
        return found if lines is None else found[len(found) - min(lines, len(found)) :]


def _is_of(question: dict[str, Any], one: Entry) -> bool:
    return all(question.get(name) in (None, getattr(one, name)) for name in ("process", "instance", "units"))


def eventually_open(journal: FakeJournal, count: int, seconds: float = 10) -> None:
    """Wait until so many read."""
    until = time.monotonic() + seconds
    while journal.open != count:
        assert time.monotonic() < until, f"{journal.open} read the journal, not {count}"
        time.sleep(0.01)

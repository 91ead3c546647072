"""Lines as they are sent, made once for everybody who gets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import NamedTuple

from pvdifyd.worker.engine_face import LogEntry, Position
from pvdifyd.worker.logs.question import LogQuestion
from pvdifyd.worker.logs.releases import Releases


class _Mark(NamedTuple):
    position: Position
    process: str
    instance: int
    units: int
    start: int
    end: int


class Batch:
    """Lines that came together. `text` is all of them as JSON, each followed by a newline; `last` where it ends."""

    def __init__(self, entries: Sequence[LogEntry], releases: Releases) -> None:
        lines = [line(entry, releases.of(entry.units)) for entry in entries]
        self.text = b"".join(lines)
        self.last = entries[-1].position
        self._marks = []
        end = 0
        for entry, made in zip(entries, lines, strict=True):
            start, end = end, end + len(made)
            self._marks.append(_Mark(entry.position, entry.process, entry.instance, entry.units, start, end))

    def __len__(self) -> int:
        return len(self._marks)

    def picked(self, question: LogQuestion, after: Position | None) -> bytes:
        """The lines that are asked for and stand after this place."""
        whole = self._marks[0].position.is_after(after)
        if whole and question.takes_all:
            return self.text
        return b"".join(
            self.text[mark.start : mark.end]
            for mark in self._marks
            if (whole or mark.position.is_after(after))
            and question.picks(mark.process, mark.instance, mark.units)
        )


def line(entry: LogEntry, release: int) -> bytes:
    """A line as the API shows it: JSON in ASCII, so that whatever splits lines splits it at its end alone.

    The cursor stands first: who streams it looks for it there.
    """
    return (
        f'{{"cursor":"{entry.position.cursor}","at":"{written(entry.time)}",'
        f'"process":{encode_basestring_ascii(entry.process)},"instance":{entry.instance},"release":{release},'
        f'"message":{encode_basestring_ascii(entry.message)}}}\n'
    ).encode("ascii")


def written(microseconds: int) -> str:
    """A time since the epoch as RFC 3339 in UTC, with microseconds."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")

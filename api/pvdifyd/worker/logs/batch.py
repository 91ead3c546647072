"""Lines as they are sent, made once for everybody who gets them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from json.encoder import encode_basestring_ascii

from pvdifyd.worker.engine_face import LogEntry, Position
from pvdifyd.worker.logs.question import LogQuestion
from pvdifyd.worker.logs.releases import Releases


class Batch:
    """Lines that came together. `text` is all of them as JSON, each followed by a newline; `last` where it ends.

    A ring keeps many of these: beside its text, a line costs some bytes only.
    """

    def __init__(self, entries: Sequence[LogEntry], releases: Releases) -> None:
        lines = [line(entry, releases.of(entry.units)) for entry in entries]
        self.text = b"".join(lines)
        self.last = entries[-1].position
        self._first = entries[0].position
        self._ends = array("L", accumulate(map(len, lines)))
        sources: dict[tuple[str, int, int], int] = {}
        self._source_of = array(
            "L", [sources.setdefault((e.process, e.instance, e.units), len(sources)) for e in entries]
        )
        self._sources = list(sources)

    def __len__(self) -> int:
        return len(self._ends)

    def picked(self, question: LogQuestion, after: Position | None) -> bytes:
        """The lines that are asked for and stand after this place."""
        if after is None or self._first.is_after(after):
            return self.text if question.takes_all else b"".join(self._picked(question))
        lines = self._picked(question)
        return b"".join(line for line in lines if after.of(cursor_of(line)).is_after(after))

    def _picked(self, question: LogQuestion) -> Iterator[bytes]:
        picks = [question.picks(*source) for source in self._sources]
        return (line for line, source in zip(self._lines(), self._source_of, strict=True) if picks[source])

    def _lines(self) -> Iterator[bytes]:
        start = 0
        for end in self._ends:
            yield self.text[start:end]
            start = end


_BEGINNING = '{"cursor":"'


def line(entry: LogEntry, release: int) -> bytes:
    """A line as the API shows it: JSON in ASCII, so that whatever splits lines splits it at its end alone.

    The cursor stands first: who streams it looks for it there.
    """
    return (
        f'{_BEGINNING}{entry.position.cursor}","at":"{written(entry.time)}",'
        f'"process":{encode_basestring_ascii(entry.process)},"instance":{entry.instance},"release":{release},'
        f'"message":{encode_basestring_ascii(entry.message)}}}\n'
    ).encode("ascii")


def cursor_of(line: bytes) -> str:
    """The cursor of a line made here."""
    start = len(_BEGINNING)
    return line[start : line.index(b'"', start)].decode("ascii")


def written(microseconds: int) -> str:
    """A time since the epoch as RFC 3339 in UTC, with microseconds."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")

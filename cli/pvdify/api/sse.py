"""Server-sent events: bytes in, messages out, however the bytes were cut."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field

_MOST_CHARACTERS = 1 << 20


@dataclass(frozen=True)
class Message:
    """One message: its `event` name, `data` and the `id` that resumes after it (empty when never given)."""

    event: str
    data: str
    id: str


@dataclass
class Parser:
    """Reads a stream as the WHATWG's "server-sent events" section says."""

    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8-sig")("replace")
    )
    _rest: str = ""
    _event: str = ""
    _id: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """Take the next bytes, and give each message that they complete.

        Raises:
            ValueError: A line or message is longer than a mebi-character; no such thing is pvdifyd's.
        """
        self._rest += self._decoder.decode(chunk)
        while (line := self._next_line()) is not None:
            if line == "":
                yield from self._dispatch()
            else:
                self._take(line)
        if len(self._rest) + sum(map(len, self._data)) > _MOST_CHARACTERS:
            raise ValueError("a server-sent event is too long")

    def _next_line(self) -> str | None:
        ends = [at for mark in "\r\n" if (at := self._rest.find(mark)) >= 0]
        if not ends:
            return None
        end = min(ends)
        if self._rest[end] == "\r":
            if end + 1 == len(self._rest):
                return None  # The \n that belongs to it may be in the next chunk.
            width = 2 if self._rest[end + 1] == "\n" else 1
        else:
            width = 1
        line, self._rest = self._rest[:end], self._rest[end + width :]
        return line

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value

    def _dispatch(self) -> Iterator[Message]:
        data, event = self._data, self._event
        self._data, self._event = [], ""
        if data:
            yield Message(event or "message", "\n".join(data), self._id)

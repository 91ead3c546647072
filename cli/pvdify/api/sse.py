"""Server-sent events: bytes in, messages out, however the bytes were cut."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass, field

_MOST_CHARACTERS = 1 << 20


@dataclass(frozen=True)
class Message:
    """One message: its `event` name, `data` and the `id` that resumes after it (empty when never given)."""

    event: str
    data: str
    id: str


def _decoder() -> io.IncrementalNewlineDecoder:
    """Bytes to text with \\n alone at the ends of lines; a \\r waits for the \\n that may follow it."""
    utf8 = codecs.getincrementaldecoder("utf-8-sig")("replace")
    return io.IncrementalNewlineDecoder(utf8, translate=True)


@dataclass
class Parser:
    """Reads a stream as the WHATWG's "server-sent events" section says, in time linear in its length.

    `last_id` is the id to resume after: that of the last block that came whole, with data or without.
    """

    last_id: str = ""
    _decoder: io.IncrementalNewlineDecoder = field(default_factory=_decoder)
    _begun: list[str] = field(default_factory=list)
    """The pieces of the line that is not at its end yet."""
    _data: list[str] = field(default_factory=list)
    _event: str = ""
    _id: str = ""
    _held: int = 0
    """How much `_begun` and `_data` hold, in characters and one for each piece."""

    def feed(self, chunk: bytes) -> list[Message]:
        """Take the next bytes, and give the messages that they complete.

        Raises:
            ValueError: A line or message is longer than a mebi-character; no such thing is pvdifyd's.
        """
        *lines, begun = self._decoder.decode(chunk).split("\n")
        messages: list[Message] = []
        if lines:
            lines[0] = self._whole(lines[0])
        for line in lines:
            if line:
                self._take(line)
            else:
                self._dispatch(messages)
        if begun:
            self._begun.append(begun)
            self._hold(begun)
        if self._held > _MOST_CHARACTERS:
            raise ValueError("a server-sent event is too long")
        return messages

    def _whole(self, end: str) -> str:
        line = "".join([*self._begun, end])
        self._held -= sum(len(piece) + 1 for piece in self._begun)
        self._begun.clear()
        return line

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._hold(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value

    def _hold(self, piece: str) -> None:
        self._held += len(piece) + 1

    def _dispatch(self, messages: list[Message]) -> None:
        self.last_id = self._id
        if self._data:
            messages.append(Message(self._event or "message", "\n".join(self._data), self._id))
        self._data.clear()
        self._event = ""
        self._held = 0

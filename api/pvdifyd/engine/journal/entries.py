"""From the lines that ``journalctl --output=json`` prints to the lines that apps wrote. Whatever the bytes are, nothing
here fails: what can't be read is nobody's line."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .position import Position

# Bytes of the longest line that is put together; a longer one comes in pieces of about this size.
LONGEST_LINE = 64 * 1024

# Bytes of conmon's buffer (STDIO_BUF_SIZE). A part is at least that long; a shorter one, though marked as a part, is
# what a program that ended without a newline wrote last.
CONMON_BUFFER = 8192

# Lines begun and not ended that are remembered, each of another container's output.
MOST_UNFINISHED = 256


class Entry(NamedTuple):
    """A line an instance wrote; ``units`` is the number its units have, ``time`` in microseconds since the epoch."""

    position: Position
    time: int
    process: str
    instance: int
    units: int
    message: str


class Begun(NamedTuple):
    """A line of which parts were seen: the container that writes it, the last part's entry, and their bytes."""

    container: str
    last: Entry
    text: bytes


class Lines:
    """Puts together what conmon has split: a line above its buffer comes in parts, marked but for the last.

    Which lines come of a journal depends on the journal alone, not on when it was read: readers that begin at different
    places agree on every line.
    """

    def __init__(self) -> None:
        self._begun: dict[tuple[str, int, int, str], Begun] = {}

    def take(self, line: bytes) -> list[Entry]:
        """The lines that are whole with this one of journalctl's: mostly one, none where it is but a part."""
        fields = _fields(line)
        entry = _entry(fields)
        if entry is None:
            return []
        marked = _text(fields.get("CONTAINER_PARTIAL_MESSAGE")) == "true"
        if not marked and not self._begun:
            return [entry]
        output = (entry.process, entry.units, entry.instance, _text(fields.get("PRIORITY")))
        container, text = _text(fields.get("CONTAINER_ID")), _bytes(fields.get("MESSAGE"))
        part = marked and len(text) >= CONMON_BUFFER
        begun = self._begun.pop(output, None)
        ended = []
        if begun is not None and begun.container == container:
            text = begun.text + text
        elif begun is not None:  # its container ended in the middle of the line
            ended.append(_line(begun.last._replace(position=entry.position), begun.text))
        if part and len(text) < LONGEST_LINE:
            self._remember(output, Begun(container, entry, text))
            return ended
        return [*ended, _line(entry, text)]

    def unfinished(self) -> list[Entry]:
        """What has begun and not ended, as lines: for who reads once and does not come again."""
        found = [_line(begun.last, begun.text) for begun in self._begun.values()]
        self._begun.clear()
        return found

    def _remember(self, output: tuple[str, int, int, str], begun: Begun) -> None:
        if len(self._begun) >= MOST_UNFINISHED:
            self._begun.pop(next(iter(self._begun)))
        self._begun[output] = begun


def cursor_of(line: bytes) -> str:
    """The cursor in a line of journalctl's, empty where there is none."""
    return _text(_fields(line).get("__CURSOR"))


def _line(entry: Entry, text: bytes) -> Entry:
    return entry._replace(message=_without_end(text.decode("utf-8", errors="replace")))


def _fields(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _entry(fields: dict[str, Any]) -> Entry | None:
    process = _text(fields.get("PVDIFY_PROCESS"))
    if not process or "CONTAINER_ID" not in fields:
        return None
    try:
        position = Position.of(_text(fields.get("__CURSOR")))
        time = _number(fields.get("__REALTIME_TIMESTAMP"))
        instance, units = _number(fields.get("PVDIFY_INSTANCE")), _number(fields.get("PVDIFY_RELEASE"))
    except ValueError:
        return None
    return Entry(position, time, process, instance, units, _without_end(_text(fields.get("MESSAGE"))))


def _without_end(text: str) -> str:
    return text[:-1] if text.endswith("\n") else text


def _number(value: Any) -> int:
    text = _text(value)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ValueError("no number")
    return int(text)


def _text(value: Any) -> str:
    if isinstance(value, str) and value.isascii():
        return value
    return _bytes(value).decode("utf-8", errors="replace")


def _bytes(value: Any) -> bytes:
    """A field's value. journalctl gives one that is not printable as a list of bytes, one that comes several times as a
    list of values (the first is taken), and none as null."""
    if isinstance(value, list) and value and type(value[0]) is not int:
        value = value[0]
    if isinstance(value, str):
        # Half a character can be spelled with escapes, and written to nobody.
        return value.encode("utf-8", errors="replace")
    try:
        return bytes(value) if isinstance(value, list) else b""
    except (TypeError, ValueError):
        return b""

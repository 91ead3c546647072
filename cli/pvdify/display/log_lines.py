"""Prints log entries: a line each, harmless whatever an app wrote, written out once for each batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from pvdify.display.terminal import in_colour
from pvdify.display.text import visible, word

# Cyan, green, magenta, yellow, blue, and the same brightly; red is for errors.
_COLOURS = (36, 32, 35, 33, 34, 96, 92, 95, 93, 94)


class LogPrinter:
    """Prints entries to a stream.

    Args:
        stream: Where to; a terminal gets each process type in a colour of its own.
        as_json: An entry a line as JSON in ASCII, instead of text.
    """

    def __init__(self, stream: TextIO, *, as_json: bool) -> None:
        self._stream = stream
        self._line: Callable[[dict[str, Any]], str] = _json_line if as_json else self._text_line
        self._paints = in_colour(stream)
        self._colours: dict[str, int] = {}

    def show(self, entries: Iterable[dict[str, Any]]) -> None:
        """Print entries, all that is given in one go."""
        text = "".join([f"{self._line(entry)}\n" for entry in entries])
        self._stream.write(text)
        self._stream.flush()

    def _text_line(self, entry: dict[str, Any]) -> str:
        return f"{word(entry.get('at'))} {self._source(entry)} {visible(str(entry.get('message') or ''))}"

    def _source(self, entry: dict[str, Any]) -> str:
        process = word(entry.get("process"))
        source = f"{process}.{word(entry.get('instance'))}"
        if not self._paints:
            return source
        colour = self._colours.setdefault(process, _COLOURS[len(self._colours) % len(_COLOURS)])
        return f"\x1b[{colour}m{source}\x1b[0m"


def _json_line(entry: dict[str, Any]) -> str:
    return json.dumps(entry).replace("\x7f", "\\u007f")

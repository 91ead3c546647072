"""dotenv files, read and written: what is written is read back character by character.

A line is `KEY=value`, blank, or a comment; `export` before the key and blanks around `=` are passed over. A value
stands

- bare: up to the end of the line or a `#` after a blank, without the blanks around it;
- in single quotes: as it is, over lines if need be;
- in double quotes: over lines too, with the escapes `\\n` `\\r` `\\t` `\\"` `\\\\` `\\$`; another backslash stands
  for itself.

Nothing is interpolated. A line ends with LF or CR LF, and a byte order mark is passed over. Of a key that comes
twice, the last one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pvdify.arguments.assignments import RULE, may_be_key
from pvdify.errors import UsageError

_BLANK = " \t\r\f\v"
_BLANKS = re.compile(rf"[{_BLANK}]*")
_LINE = re.compile(r"[^\n]*")
_EXPORT = re.compile(rf"(?:export[ \t]+(?=[^={_BLANK}\n]))?")
_NAME = re.compile(r"[^=\n]*")
_COMMENT = re.compile(r"[ \t]#.*")
_QUOTED = {
    "'": re.compile(r"'([^']*)'"),
    '"': re.compile(r'"((?:[^"\\]++|\\[\s\S])*+)"'),
}
_AFTER_QUOTED = re.compile(rf"[{_BLANK}]*(?:#.*)?")
_ESCAPE = re.compile(r'\\([nrt"\\$])')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_BARE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*", re.ASCII)
_TO_ESCAPE = re.compile(r'[\r"\\$]')


def parse(text: str, origin: str) -> dict[str, str]:
    """Read the content of a dotenv file.

    Args:
        text: The content.
        origin: The file's name, for errors.

    Raises:
        UsageError: A line breaks a rule; the error names line and rule, and shows nothing of the line.
    """
    return dict(_Reader(text.removeprefix("\ufeff").replace("\r\n", "\n"), origin).variables())


def serialize(values: Mapping[str, str]) -> str:
    """Write values, each on a line of its own, or on as many as it has."""
    return "".join(f"{key}={quoted(value)}\n" for key, value in values.items())


def quoted(value: str) -> str:
    """Give a value as it is written: bare where that is safe, in single quotes where those can hold it."""
    if _BARE.fullmatch(value):
        return value
    if "'" not in value and "\r" not in value:
        return f"'{value}'"
    escaped = _TO_ESCAPE.sub(lambda found: "\\r" if found[0] == "\r" else f"\\{found[0]}", value)
    return f'"{escaped}"'


class _Reader:
    """Goes through a text once, from its beginning to its end."""

    def __init__(self, text: str, origin: str) -> None:
        self._text = text
        self._origin = origin
        self._at = 0

    def variables(self) -> Iterator[tuple[str, str]]:
        while self._at < len(self._text):
            self._take(_BLANKS)
            if self._next() not in ("", "\n", "#"):
                yield self._key(), self._value()
            self._take(_LINE)
            self._at += 1

    def _key(self) -> str:
        start = self._at
        self._take(_EXPORT)
        key = self._take(_NAME).rstrip(_BLANK)
        if self._next() != "=":
            raise self._broken(start, "a line is KEY=value, a comment or blank, and this one has no =")
        if not may_be_key(key):
            raise self._broken(start, RULE)
        self._at += 1
        return key

    def _value(self) -> str:
        before = self._at
        self._take(_BLANKS)
        quote = self._next()
        if quote in _QUOTED:
            return self._quoted(quote)
        self._at = before  # The blank before a comment is needed to tell it from a value that begins with #.
        return _COMMENT.sub("", self._take(_LINE)).strip(_BLANK)

    def _quoted(self, quote: str) -> str:
        start = self._at
        found = _QUOTED[quote].match(self._text, start)
        if found is None:
            raise self._broken(start, f"the value begins with {quote}, and no {quote} ends it")
        self._at = found.end()
        self._take(_AFTER_QUOTED)
        if self._next() not in ("", "\n"):
            raise self._broken(self._at, f"after the {quote} that ends a value only a comment may stand")
        if quote == "'":
            return found[1]
        return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), found[1])

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None, "every pattern here matches the empty text"
        self._at = found.end()
        return found[0]

    def _broken(self, at: int, rule: str) -> UsageError:
        line = self._text.count("\n", 0, at) + 1
        return UsageError(
            f"{self._origin}, line {line}: {rule}.",
            "Values with blanks, # or several lines stand in quotes, as in KEY='two words'.",
        )

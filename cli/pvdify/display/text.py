"""Text for a person's eyes: nothing that could steer a terminal passes through."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

# Controls, invisible format characters (bidirectional overrides among them), lone surrogates, and the
# line and paragraph separators: whatever moves a cursor, hides text or reorders it.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class _Visible(dict[int, str]):
    """What stands for each character, found out when it first comes: a log has few, and many of each."""

    def __missing__(self, code: int) -> str:
        shown = self[code] = _visible_character(chr(code))
        return shown


_VISIBLE = _Visible()


def visible(text: str) -> str:
    """Give `text` as one printable line: tabs become blanks, other control characters their escape."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_VISIBLE)


def _visible_character(character: str) -> str:
    if character == "\t":
        return "    "
    if unicodedata.category(character) not in _UNSEEN:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def one_line(value: str) -> str:
    """Give a text as one line that shows its line ends and tabs as escapes; `(empty)` where it has nothing."""
    return visible(value.replace("\t", "\\t")) or "(empty)"


def word(value: Any, absent: str = "-") -> str:
    """Give any JSON value as one printable line; `absent` stands for null and empty text."""
    if value is None or value == "":
        return absent
    if isinstance(value, dict):
        return ", ".join(f"{visible(str(key))} {word(item)}" for key, item in value.items()) or absent
    if isinstance(value, list):
        return ", ".join(word(item) for item in value) or absent
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value))


def named(items: Sequence[Any], most: int = 10) -> str:
    """Give items as a list, after so many only how many more there are: `A, B, C and 16 more`."""
    shown = ", ".join(word(item) for item in items[:most])
    more = len(items) - most
    return f"{shown} and {more} more" if more > 0 else shown


def moment(timestamp: Any) -> str:
    """Give an RFC 3339 timestamp in UTC as `2026-01-05 10:30:00 UTC`; anything else as it is."""
    if not isinstance(timestamp, str) or not timestamp.endswith("Z") or len(timestamp) < 20:
        return word(timestamp)
    return visible(f"{timestamp[:10]} {timestamp[11:19]} UTC")


def duration(seconds: Any) -> str:
    """Give a number of seconds as `0.4 s`, `42.0 s` or `3 min 20 s`; empty text for null."""
    if not isinstance(seconds, (int, float)):
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def size(count: Any) -> str:
    """Give a number of bytes as `12.5M`, in powers of 1024; empty text for null."""
    if not isinstance(count, (int, float)):
        return ""
    for unit in ("B", "K", "M"):
        if count < 1024:
            return f"{count:.0f}B" if unit == "B" else f"{count:.1f}{unit}"
        count /= 1024
    return f"{count:.1f}G"


def percent(number: Any) -> str:
    """Give a number of percent as `3.1%`; empty text for null."""
    return f"{number:.1f}%" if isinstance(number, (int, float)) else ""

"""The one serializer for everything that reaches a unit or a Quadlet file.

A newline would start a directive of its own, ``%`` is a specifier, ``$`` a variable: here they become text. See
systemd.syntax(7), systemd.service(5) "Command lines" and podman-systemd.unit(5).
"""

from __future__ import annotations

from collections.abc import Iterable

HEADER = "# Made by pvdify, and written anew by it: changes are lost.\n"

_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def plain(value: str) -> str:
    """A value that stands alone on its line, such as a Description: specifiers doubled, no control character.

    Raises ``ValueError`` where the value has one.
    """
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("a control character can't stand in a unit file")
    return value.replace("%", "%%")


def word(value: str) -> str:
    """One word of a command line: quoted, with neither specifiers nor variables left in it.

    Raises ``ValueError`` for a NUL, which no argument can hold.
    """
    if "\0" in value:
        raise ValueError("a NUL character can't stand in a command")
    escaped = "".join(_escape(character) for character in value)
    return '"' + escaped.replace("%", "%%").replace("$", "$$") + '"'


def words(values: Iterable[str]) -> str:
    return " ".join(word(value) for value in values)


def _escape(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if ord(character) < 32 or ord(character) == 127:
        return f"\\x{ord(character):02x}"
    return character


def section(name: str, entries: Iterable[tuple[str, str]]) -> str:
    """A section, one ``Key=value`` a line. The values must have come through ``plain`` or ``word``, or be ours."""
    lines = [f"[{name}]"]
    for key, value in entries:
        if "\n" in value or "\r" in value:
            raise ValueError(f"{key}= would take more than one line")
        lines.append(f"{key}={value}")
    return "\n".join(lines) + "\n"


def document(*sections: str) -> str:
    return HEADER + "\n" + "\n".join(sections)

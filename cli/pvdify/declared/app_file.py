"""Reads an app's file: YAML or JSON with the whole definition of a slot."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pvdify.arguments.app_resolution import checked
from pvdify.declared import yaml_text
from pvdify.declared.slot import FIELDS, Json
from pvdify.errors import UsageError

# A slot has 20 process types at most, and a command 4096 characters.
_MOST_BYTES = 256 * 1024
# What an export tells besides.
_HISTORY = "env_versions"
_NEXT = f"Its fields are {', '.join(FIELDS)}; only name must be there."


class AppFile(NamedTuple):
    """A definition: the app's name, the fields that the file gives, and whether it tells of config versions too."""

    name: str
    definition: Json
    has_history: bool


def read(name: str) -> AppFile:
    """Read a file; - is the standard input. A field without a value counts as left out.

    Raises:
        UsageError: It can't be read, or is no definition.
    """
    origin = "The standard input" if name == "-" else name
    content = yaml_text.parse(_text(name, origin), origin)
    if not isinstance(content, dict):
        raise UsageError(f"{origin} holds no app: it must have fields, as in name: myapp.", _NEXT)
    for field in content:
        _check_known(field, origin)
    definition = {name: value for name, value in content.items() if name in FIELDS and value is not None}
    return AppFile(_name(definition.get("name"), origin), definition, bool(content.get(_HISTORY)))


def _text(name: str, origin: str) -> str:
    content = _standard_input() if name == "-" else _file(Path(name), origin)
    if len(content) > _MOST_BYTES:
        raise UsageError(
            f"{origin} has more than {_MOST_BYTES // 1024} KiB: no app's file is that long.", _NEXT
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1}"
        raise UsageError(f"{origin} is not UTF-8 text: see {place}.", "Save it as UTF-8.") from None


def _file(path: Path, origin: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return _some(stream)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{origin} can't be read: {reason}.", "Check its name.") from None


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("The standard input is no file.", "Pipe one into it, or name one: -f app.yaml")
    try:
        return _some(sys.stdin.buffer)
    except OSError as error:
        raise UsageError(
            f"The standard input can't be read: {error.strerror}.", "Name a file: -f app.yaml"
        ) from None


def _some(stream: BinaryIO) -> bytes:
    return stream.read(_MOST_BYTES + 1)


def _check_known(field: str, origin: str) -> None:
    known = (*FIELDS, _HISTORY)
    if field not in known:
        near = difflib.get_close_matches(field, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"{origin}: an app has no field {field!r}.{hint}", _NEXT)


def _name(name: object, origin: str) -> str:
    if name is None:
        raise UsageError(f"{origin}: name is missing: which app is it?", "As in name: myapp.")
    if not isinstance(name, str):
        raise UsageError(f"{origin}: name: {name!r:.80} is not text.", "Put it in quotes, as in name: 'on'.")
    return checked(name, f"{origin}: name")

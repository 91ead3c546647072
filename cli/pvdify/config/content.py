"""The content of files with config: their format, and what they hold."""

from __future__ import annotations

import json
from typing import Any

from pvdify.arguments.assignments import RULE, may_be_key
from pvdify.config import dotenv
from pvdify.errors import UsageError

FORMATS = ("dotenv", "json")

_JSON_NEXT = 'As in {"LEVEL": "info"}: each value is a text, and so numbers stand in quotes.'


def parse(text: str, origin: str, form: str | None) -> dict[str, str]:
    """Read the content of a file.

    Args:
        text: The content.
        origin: The file's name, for errors.
        form: One of `FORMATS`; None to tell by the content: no dotenv file begins with a brace.

    Raises:
        UsageError: It breaks a rule of its format; the error shows no value.
    """
    if form is None:
        form = "json" if text.removeprefix("\ufeff").lstrip().startswith(("{", "[")) else "dotenv"
    return _parse_json(text, origin) if form == "json" else dotenv.parse(text, origin)


def _parse_json(text: str, origin: str) -> dict[str, str]:
    try:
        content = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{origin}, line {error.lineno}: this is not JSON: {error.msg}.", _JSON_NEXT
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{origin} is not JSON that can be read.", _JSON_NEXT) from None
    if not isinstance(content, dict):
        raise UsageError(f"{origin} is not a JSON object of keys and values.", _JSON_NEXT)
    for key, value in content.items():
        _check(key, value, origin)
    return content


def _check(key: str, value: Any, origin: str) -> None:
    if not may_be_key(key):
        raise UsageError(f"{origin}: {key[:80]!r} is not a key: {RULE}.", _JSON_NEXT)
    if not isinstance(value, str):
        raise UsageError(f"{origin}: {key} is {_kind(value)}, and a value is a text.", _JSON_NEXT)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{origin}: {key} has half of a character (a lone surrogate).", _JSON_NEXT) from None


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds[type(value)]

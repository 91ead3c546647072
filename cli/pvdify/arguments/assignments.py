"""The arguments `[APP] KEY=VALUE|KEY…` of the commands that change config."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pvdify.arguments.app_argument import take
from pvdify.arguments.app_resolution import may_be_name, required
from pvdify.errors import UsageError

RULE = "a key has letters, digits and underscores, no digit first"

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_EXAMPLE = "As in pvdify config:set APP LEVEL=info."


class Assignment(NamedTuple):
    """A key, and the text that stands after its `=`; None where none stands."""

    key: str
    text: str | None


def may_be_key(text: str) -> bool:
    """Tell whether a text can be a config var's key."""
    return _KEY.fullmatch(text) is not None


def take_operands(arguments: tuple[str, ...], app_option: str | None, what: str) -> tuple[str, Sequence[str]]:
    """Find the app and the arguments that are not it, which are one at least.

    The first of several is the app where it can be one's name: no app's name has a capital letter or an
    underscore, as keys have. A lone one is an operand.

    Args:
        arguments: The positional arguments.
        app_option: The value of -a/--app.
        what: What is asked for, as in `KEY=VALUE`.

    Raises:
        UsageError: No app is named, or nothing else is.
    """
    app_first = app_option is None and len(arguments) > 1 and _may_be_app(arguments[0])
    taken = take(arguments, app_option, operands=len(arguments) - app_first)
    unclear = len(arguments) == 1 and app_option is None and _may_be_app(arguments[0])
    if not taken.rest or (unclear and taken.app in (None, arguments[0])):
        raise UsageError(f"{what} is missing.", f"It stands after the app: APP {what}.")
    return required(taken.app), taken.rest


def parse(values: Sequence[str]) -> list[Assignment]:
    """Read `KEY=VALUE` and `KEY` arguments.

    Raises:
        UsageError: A key breaks the rule or comes twice. What may be a value is not repeated in it.
    """
    assignments: list[Assignment] = []
    for number, value in enumerate(values, start=1):
        key, equals, text = value.partition("=")
        if not may_be_key(key):
            named = f"{key!r}" if equals and key else f"Argument {number} after the app"
            raise UsageError(f"{named} is not KEY=VALUE: {RULE}.", f"Quote a value with blanks. {_EXAMPLE}")
        assignments.append(Assignment(key, text if equals else None))
    _refuse_twice([assignment.key for assignment in assignments])
    return assignments


def parse_key(text: str) -> str:
    """Give a key.

    Raises:
        UsageError: It is none.
    """
    if may_be_key(text):
        return text
    key, equals, _ = text.partition("=")
    hint = f"Did you mean {key}? " if equals and may_be_key(key) else ""
    raise UsageError(
        "The key has a value: only the key is asked for." if hint else f"{text!r} is not a key: {RULE}.",
        f"{hint}pvdify config lists the keys there are.",
    )


def parse_keys(values: Sequence[str]) -> list[str]:
    """Give keys.

    Raises:
        UsageError: One is none, or comes twice.
    """
    keys = [parse_key(value) for value in values]
    _refuse_twice(keys)
    return keys


def _refuse_twice(keys: Sequence[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise UsageError(f"{key!r} is given twice.", "Give each key once.")


def _may_be_app(argument: str) -> bool:
    return may_be_name(argument) and argument == argument.lower() and "_" not in argument

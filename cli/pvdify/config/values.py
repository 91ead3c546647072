"""The values of `config:set`: from the command line, a file, the standard input, or a prompt."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from pathlib import Path

from pvdify.arguments.assignments import Assignment
from pvdify.config import asking, texts
from pvdify.display.output import warn
from pvdify.display.terminal import input_is_terminal
from pvdify.errors import UsageError


def refuse_several_piped(assignments: Sequence[Assignment]) -> None:
    """Raise `UsageError` where the standard input, which is no terminal, would have to hold several values."""
    bare = [assignment.key for assignment in assignments if assignment.text is None]
    if len(bare) > 1 and not input_is_terminal():
        raise UsageError(
            f"{', '.join(bare)}: the standard input holds the value of one key only.",
            "Name one key without a value, or set them by several commands.",
        )


def read(assignments: Sequence[Assignment], secrets: Container[str]) -> dict[str, str]:
    """Give the value of each key, character by character as it was given.

    Args:
        assignments: The keys, and what stands after their `=`.
        secrets: The keys whose values are secret: asked for unseen, and taken from a file with `@FILE`.

    Raises:
        UsageError: A value can't be had, or is no text.
    """
    return {key: _value(key, text, secret=key in secrets) for key, text in assignments}


def _value(key: str, text: str | None, *, secret: bool) -> str:
    if text is None:
        return _asked(key, secret=secret) if input_is_terminal() else _piped(key)
    if not secret:
        return texts.of_argument(text, f"The value of {key}")
    if text.startswith("@"):
        return _filed(key, text[1:])
    if text:
        warn(f"{key} stands in the history of your shell now. Give {key} alone, or {key}=@FILE.")
    return texts.of_argument(text, f"The value of {key}")


def _filed(key: str, name: str) -> str:
    # The name is not shown: it may be a secret that begins with @.
    try:
        return texts.of_file(Path(os.path.expanduser(name)), f"The file that {key}=@ names")
    except UsageError as error:
        error.next_step = f"{error.next_step} A secret that begins with @ is set with {key} alone."
        raise


def _piped(key: str) -> str:
    text = texts.of_standard_input()
    if not text:
        warn(f"the standard input was empty, and so {key} becomes empty.")
    return text


def _asked(key: str, *, secret: bool) -> str:
    question, instead = f"Value of {key}", "Pipe it in, as in … < FILE."
    if secret:
        question, instead = f"{question} (not shown)", f"Give it as {key}=@FILE, or pipe it in."
    return asking.ask(question, f"The value of {key}", hidden=secret, instead=instead)

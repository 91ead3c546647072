"""Bytes from outside as text, exactly: what is no UTF-8 is refused, and never shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pvdify.errors import UsageError

# More than any config or value may have: so much is read, and no endless stream is waited for.
_MOST_BYTES = 8 * 1024 * 1024
_NEXT = "Only text can be set: encode it, as base64 does, and let the app decode it."


def decode(content: bytes, origin: str) -> str:
    """Give bytes as text.

    Args:
        content: The bytes.
        origin: Where they come from, for people.

    Raises:
        UsageError: They are not UTF-8, or too many.
    """
    if len(content) > _MOST_BYTES:
        raise UsageError(
            f"{origin} has more than {_MOST_BYTES} bytes.", "All config together has 1 MiB at most."
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1} of {len(content)}"
        raise UsageError(f"{origin} is not UTF-8 text: see {place}.", _NEXT) from None


def of_argument(text: str, origin: str) -> str:
    """Give an argument as text: its bytes as they were typed, read as UTF-8 whatever the locale says.

    Raises:
        UsageError: They are not UTF-8.
    """
    try:
        typed = os.fsencode(text)
    except UnicodeEncodeError:
        return text  # It was made of text, not of the process's arguments.
    return decode(typed, origin)


def of_standard_input() -> str:
    """Give all of the standard input as text.

    Raises:
        UsageError: It is closed, can't be read, not UTF-8, or too long.
    """
    if sys.stdin is None:
        raise UsageError("The standard input is closed.", "Give the value there, or after KEY=.")
    try:
        content = sys.stdin.buffer.read(_MOST_BYTES + 1)
    except OSError as error:  # nohup leaves one that can't be read in the place of a terminal.
        raise UsageError(f"The standard input can't be read: {error.strerror}.", "As in … < FILE.") from None
    return decode(content, "The standard input")


def of_file(path: Path, origin: str) -> str:
    """Give all of a file as text.

    Raises:
        UsageError: It can't be read, is not UTF-8, or too long.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{origin} can't be read: {error.strerror}.", "Check its name.") from None
    return decode(content, origin)

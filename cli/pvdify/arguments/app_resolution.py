"""Which app a command is about, and which of its arguments are left over."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pvdify.errors import UsageError

_FILE = ".pvdify"
_MOST_BYTES = 4096
# Wider than the server's rule, which is the server's to tell. What is outside can't be one segment of a URL.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_NEXT = "Give it as the first argument, with -a APP, in PVDIFY_APP, or in a file named .pvdify."


@dataclass(frozen=True)
class Resolved:
    """The app's name (None when it is not known) and the arguments that are not it."""

    app: str | None
    rest: tuple[str, ...]


def may_be_name(argument: str) -> bool:
    """Tell whether an argument can be an app's name: one with `=` or a dot never is."""
    return _NAME.fullmatch(argument) is not None


def resolve(
    arguments: Sequence[str],
    option: str | None,
    default: str | None,
    *,
    operands: int = 0,
) -> Resolved:
    """Find the app among a command's arguments.

    Args:
        arguments: The command's positional arguments.
        option: The value of -a/--app.
        default: The app of PVDIFY_APP or of a `.pvdify` file.
        operands: How many arguments the command takes besides the app.

    Raises:
        UsageError: The arguments are too few or too many, or name no app's name.
    """
    app: str | None
    if option is not None:
        app, rest = checked(option, "--app"), tuple(arguments)
    elif len(arguments) > operands and may_be_name(arguments[0]):
        app, rest = arguments[0], tuple(arguments[1:])
    else:
        app, rest = default, tuple(arguments)
    if len(rest) > operands:
        raise _surplus(rest[operands], app)
    return Resolved(app, rest)


def required(app: str | None) -> str:
    """Give the app's name, or raise `UsageError` saying how to name one."""
    if app is None:
        raise UsageError("No app is named.", _NEXT)
    return app


def default_app(environment: Mapping[str, str], directory: Path | None) -> str | None:
    """Give the app of PVDIFY_APP, else of the nearest `.pvdify` file in `directory` or above it.

    Args:
        environment: The process's environment variables.
        directory: The working directory; None where there is none any more.
    """
    named = environment.get("PVDIFY_APP", "").strip()
    if named:
        return checked(named, "PVDIFY_APP")
    for place in (directory, *directory.parents) if directory else ():
        file = place / _FILE
        # Path.is_file raises where a directory may not be searched, as that of who called sudo: there is none there.
        if os.path.isfile(file):
            return checked(_first_line(file), str(file))
    return None


def _first_line(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}.", _NEXT) from None
    return content.decode("utf-8", "replace").partition("\n")[0].strip()


def checked(name: str, origin: str) -> str:
    if not may_be_name(name):
        raise UsageError(
            f"{origin}: {name!r} is not an app's name: letters, digits and hyphens.",
            "pvdify apps lists the apps there are.",
        )
    return name


def _surplus(argument: str, app: str | None) -> UsageError:
    known = f": the app is {app}" if app is not None else ""
    if not may_be_name(argument):
        known = ", and not an app's name: letters, digits and hyphens" if app is None else known
    image = "An image is given with --image. " if re.search(r"[./:]", argument) else ""
    return UsageError(f"Unexpected argument {argument!r}{known}.", f"{image}See --help for what it takes.")

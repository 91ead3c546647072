"""An app's config as people and shells see it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any

import click

from pvdify.config import dotenv
from pvdify.display.text import one_line, visible, word

Json = dict[str, Any]


def rows(config: Json) -> list[tuple[str, str]]:
    """Give each key and its value on one line; a secret says that it is one."""
    plain = {key: one_line(str(value)) for key, value in values(config).items()}
    masked = {key: f"(secret, set in {word(version)})" for key, version in secrets(config).items()}
    return sorted({**plain, **masked}.items())


def shell(config: Json) -> str:
    """Give lines that a POSIX shell takes: exports, and a comment for each secret."""
    exports = (f"export {key}={shlex.quote(value)}\n" for key, value in values(config).items())
    return "".join([*exports, *comments(config)])


def file(config: Json, heading: Iterable[str]) -> str:
    """Give a dotenv file: a heading of comment lines, the plain values, a comment for each secret."""
    top = (f"# {visible(line)}".rstrip() + "\n" for line in heading)
    return "".join([*top, dotenv.serialize(values(config)), *comments(config)])


def comments(config: Json) -> Iterator[str]:
    """Give a comment line for each secret."""
    for key, version in secrets(config).items():
        yield visible(f"# {key} is a secret, set in {word(version)}: only the host can read it.") + "\n"


def values(config: Json) -> dict[str, str]:
    """Give the plain values, by key in their order."""
    return {key: str(value) for key, value in sorted((config.get("config") or {}).items())}


def secrets(config: Json) -> dict[str, str]:
    """Give the version each secret was set in, by key in their order."""
    return {key: str(version) for key, version in sorted((config.get("secrets") or {}).items())}


def print_exactly(text: str) -> None:
    """Print a text as UTF-8, byte for byte, whatever encoding the terminal has."""
    click.echo(text.encode("utf-8"), nl=False)

"""A group of commands whose modules are imported only when their command is called."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import click

from pvdify import ending
from pvdify.errors import MEANINGS, ReaderGone


class Entry(NamedTuple):
    """Where a command lives, and the line the overview shows for it without importing it."""

    module: str
    summary: str


class LazyGroup(click.Group):
    """A group that finds its commands in a table.

    Args:
        table: Each command's name and its entry; the module's `command` is the click command.
    """

    def __init__(self, *args: Any, table: dict[str, Entry], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        command = importlib.import_module(entry.module).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.table and not args[0].startswith("-"):
            raise self.unknown(args[0], ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None

    def unknown(self, name: str, ctx: click.Context) -> click.UsageError:
        """Give the error for a command that is not there, with the nearest ones that are."""
        near = difflib.get_close_matches(name, self.table, n=3, cutoff=0.6)
        near = near or [known for known in self.table if known.startswith(f"{name}:")]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return click.UsageError(f"No such command: {name!r}.{hint}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.table.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), meaning) for code, meaning in MEANINGS.items()])

    def main(self, args: Sequence[str] | None = None, *rest: Any, **keywords: Any) -> Any:
        """Run a command line and end the process with its exit code; no traceback leaves here."""
        return ending.run(super().main, args, *rest, **keywords)

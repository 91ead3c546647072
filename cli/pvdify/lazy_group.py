"""A group of commands whose modules are imported only when their command is called."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pvdify import ending
from pvdify.errors import MEANINGS, ReaderGone

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_COMPLETING = "_PVDIFY_COMPLETE"


class Entry(NamedTuple):
    """Where a command lives, and the line the overview shows for it without importing it."""

    module: str
    summary: str


class LazyGroup(click.Group):
    """A group that finds its commands in a table.

    Args:
        table: Each command's name and its entry; the module's `command` is the click command.
        aliases: Short names, and the command that each stands for.
    """

    def __init__(
        self, *args: Any, table: Mapping[str, Entry], aliases: Mapping[str, str], **keywords: Any
    ) -> None:
        super().__init__(*args, **keywords)
        self.table = table
        self.aliases = aliases

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.table.get(self.aliases.get(cmd_name, cmd_name))
        if entry is None:
            return None
        command = importlib.import_module(entry.module).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = self.aliases.get(args[0], args[0])
        if name not in self.table and not name.startswith("-"):
            raise self.unknown(name, ctx)
        return super().resolve_command(ctx, [name, *args[1:]])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None

    def unknown(self, name: str, ctx: click.Context) -> click.UsageError:
        """Give the error for a command that is not there, with the nearest ones that are."""
        import difflib

        known = [*self.table, *self.aliases]
        near = [each for each in known if each.startswith(f"{name}:") or each.endswith(f":{name}")]
        near = near or difflib.get_close_matches(name, known, n=3, cutoff=0.6)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return click.UsageError(f"No such command: {name!r}.{hint}", ctx)

    def completions(self, incomplete: str) -> list[CompletionItem]:
        """Give the commands whose names begin so, without importing them."""
        from click.shell_completion import CompletionItem

        items = [CompletionItem(name, help=entry.summary) for name, entry in self.table.items()]
        items += [CompletionItem(alias, help=f"{name}.") for alias, name in self.aliases.items()]
        return [item for item in items if item.value.startswith(incomplete)]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return self.completions(incomplete) + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.table.items()])
        with formatter.section("Short names"):
            formatter.write_dl(list(self.aliases.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), meaning) for code, meaning in MEANINGS.items()])

    def main(self, args: Sequence[str] | None = None, *rest: Any, **keywords: Any) -> Any:
        """Run a command line and end the process with its exit code; no traceback leaves here."""
        if _COMPLETING in os.environ:
            from pvdify.completion import shells

            shells.register()
        return ending.run(super().main, args, *rest, **keywords)

"""`pvdify help`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from pvdify.command import LocalCommand, json_option
from pvdify.display.output import print_json
from pvdify.lazy_group import LazyGroup


def complete_command(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the commands whose names begin so."""
    group = context.find_root().command
    assert isinstance(group, LazyGroup)
    return group.completions(incomplete)


@click.command("help", cls=LocalCommand, examples=("pvdify help", "pvdify help deploy", "pvdify help --json"))
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=complete_command)
@json_option
@click.pass_context
def command(context: click.Context, name: str | None, as_json: bool) -> None:
    """Show how a command is used.

    With --json it is a name, a summary and the text; without COMMAND a list of the names and summaries of all.
    """
    overview = context.find_root()
    group = overview.command
    assert isinstance(group, LazyGroup)
    if name is not None:
        _show_command(group, overview, name, as_json=as_json)
    elif as_json:
        print_json([{"name": each, "summary": entry.summary} for each, entry in group.table.items()])
    else:
        click.echo(group.get_help(overview))


def _show_command(group: LazyGroup, overview: click.Context, name: str, *, as_json: bool) -> None:
    wanted = group.get_command(overview, name)
    if wanted is None:
        raise group.unknown(name, overview)
    with click.Context(wanted, info_name=wanted.name, parent=overview, **group.context_settings) as inner:
        text = wanted.get_help(inner)
    if as_json:
        print_json({"name": wanted.name, "summary": group.table[str(wanted.name)].summary, "help": text})
    else:
        click.echo(text)

"""`pvdify help`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from pvdify.command import LocalCommand
from pvdify.lazy_group import LazyGroup


def complete_command(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the commands whose names begin so."""
    group = context.find_root().command
    assert isinstance(group, LazyGroup)
    return group.completions(incomplete)


@click.command("help", cls=LocalCommand, examples=("pvdify help", "pvdify help deploy"))
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=complete_command)
@click.pass_context
def command(context: click.Context, name: str | None) -> None:
    """Show how a command is used."""
    overview = context.find_root()
    group = overview.command
    assert isinstance(group, LazyGroup)
    if name is None:
        click.echo(group.get_help(overview))
        return
    wanted = group.get_command(overview, name)
    if wanted is None:
        raise group.unknown(name, overview)
    with click.Context(wanted, info_name=wanted.name, parent=overview, **group.context_settings) as inner:
        click.echo(wanted.get_help(inner))

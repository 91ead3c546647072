"""`pvdify help`."""

from __future__ import annotations

import click

from pvdify.command import Command
from pvdify.lazy_group import LazyGroup


@click.command("help", cls=Command, examples=("pvdify help", "pvdify help deploy"))
@click.argument("name", metavar="[COMMAND]", required=False)
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
    with click.Context(wanted, info_name=name, parent=overview, **group.context_settings) as inner:
        click.echo(wanted.get_help(inner))

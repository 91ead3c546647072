"""`pvdify context`."""

from __future__ import annotations

import os

import click

from pvdify.access import contexts, selection
from pvdify.access.choice import complete_context
from pvdify.command import LocalCommand, json_option
from pvdify.commands.access.contexts import document
from pvdify.display.output import print_json, print_line
from pvdify.errors import UsageError


@click.command(
    "context",
    cls=LocalCommand,
    examples=("pvdify context", "pvdify context staging", "pvdify context --json"),
)
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete_context)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """Show or choose the server that commands talk to.

    With --context, or PVDIFY_CONTEXT, a command talks to another one.
    """
    known = contexts.load(os.environ)
    if name is not None:
        known.current = known.named(name, "NAME").name
        contexts.save(os.environ, known)
        chosen = known.by_name[name]
    else:
        found = selection.selected(known, os.environ, None)
        if found is None:
            raise UsageError(
                "There is no current context.",
                "pvdify contexts lists them; pvdify login --url URL makes one.",
            )
        chosen = found
    if as_json:
        print_json(document(chosen, chosen))
    else:
        print_line(f"{chosen.name} ({chosen.url})")
    for variable in ("PVDIFY_URL", "PVDIFY_TOKEN", "PVDIFY_CONTEXT"):
        value = os.environ.get(variable, "").strip()
        if value and value not in (chosen.url, chosen.name):
            click.echo(f"Note: {variable} is set, and counts before it: unset {variable}", err=True)

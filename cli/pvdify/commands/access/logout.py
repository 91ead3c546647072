"""`pvdify logout`."""

from __future__ import annotations

import os
from dataclasses import replace

import click

from pvdify.access import contexts, selection, tokens
from pvdify.access.choice import complete_context
from pvdify.command import LocalCommand, json_option
from pvdify.display.output import print_json, print_line
from pvdify.errors import UsageError


@click.command(
    "logout",
    cls=LocalCommand,
    examples=("pvdify logout", "pvdify logout --context staging", "pvdify logout --context staging --forget"),
)
@click.option(
    "--context",
    "name",
    metavar="NAME",
    shell_complete=complete_context,
    help="The context to sign out of [the current one].",
)
@click.option("--forget", is_flag=True, help="Forget the server and its certificate too.")
@json_option
def command(name: str | None, forget: bool, as_json: bool) -> None:
    """Forget the token for a server.

    The token itself stays good: pvdify tokens:revoke NAME, before this, is what ends it.
    """
    known = contexts.load(os.environ)
    context = selection.selected(known, os.environ, name)
    if context is None:
        raise UsageError("There is no current context to sign out of.", "pvdify contexts lists them.")
    tokens.forget(os.environ, context)
    if forget:
        del known.by_name[context.name]
        known.current = "" if known.current == context.name else known.current
    else:
        known.by_name[context.name] = replace(context, token_in="")
    contexts.save(os.environ, known)
    if as_json:
        print_json({"context": context.name, "url": context.url, "forgotten": forget})
        return
    if context.token_in or forget:
        print_line(
            f"Signed out of {context.name} ({context.url}){', and it is forgotten' if forget else ''}."
        )
    else:
        print_line(f"You were not signed in to {context.name} ({context.url}).")
    if os.environ.get("PVDIFY_TOKEN", "").strip():
        click.echo("Note: PVDIFY_TOKEN is set, and still signs you in: unset PVDIFY_TOKEN", err=True)

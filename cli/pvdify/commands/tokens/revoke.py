"""`pvdify tokens:revoke`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_line
from pvdify.errors import UsageError


@click.command("tokens:revoke", cls=Command, examples=("pvdify tokens:revoke ci",))
@click.argument("name")
@json_option
def command(name: str, as_json: bool) -> None:
    """Revoke a token at once.

    What it started goes on; it can't be taken back. It needs a token with the scope admin, and the last one with
    that scope can't be revoked.
    """
    if name.startswith("pvd_"):
        raise UsageError(
            "A token is revoked by its name, which is not shown here for it looks like the token itself.",
            "pvdify tokens lists the names.",
        )
    Client.from_environment().remove("tokens", name)
    if as_json:
        print_json({"name": name})
    else:
        print_line(f"The token {name} is revoked.")

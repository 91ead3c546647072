"""`pvdify whoami`."""

from __future__ import annotations

import click

from pvdify.access import signed_in
from pvdify.api.client import Client
from pvdify.command import Command, json_option
from pvdify.display.output import print_fields, print_json
from pvdify.display.text import moment


@click.command("whoami", cls=Command, examples=("pvdify whoami", "pvdify whoami --json"))
@json_option
def command(as_json: bool) -> None:
    """Show what you are signed in as: server, token, scope, apps and expiry."""
    client = Client.from_environment()
    token = client.get("whoami")
    if as_json:
        print_json(token)
    else:
        print_fields(
            [
                ("server", client.server.url),
                ("context", client.server.context),
                ("token", token.get("token")),
                ("scope", token.get("scope")),
                ("apps", signed_in.apps(token)),
                ("expires", signed_in.expiry(token)),
                ("last used", moment(token.get("last_used_at"))),
            ]
        )
    signed_in.warn(token)

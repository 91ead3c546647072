"""`pvdify tokens`."""

from __future__ import annotations

import click

from pvdify.access import signed_in
from pvdify.api.client import Client
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_table
from pvdify.display.text import moment


@click.command("tokens", cls=Command, examples=("pvdify tokens", "pvdify tokens --json"))
@json_option
def command(as_json: bool) -> None:
    """List the tokens that sign in to the server.

    What a token is was shown once, when it was made; the server keeps its hash alone. It needs a token with the
    scope admin.
    """
    tokens = Client.from_environment().list("tokens")
    if as_json:
        print_json(tokens)
        return
    print_table(
        ("TOKEN", "SCOPE", "APPS", "STATUS", "EXPIRES", "LAST USED", "BY"),
        [
            [
                token.get("name"),
                token.get("scope"),
                signed_in.apps(token),
                token.get("status"),
                signed_in.expiry(token),
                moment(token.get("last_used_at")),
                token.get("created_by"),
            ]
            for token in tokens
        ],
        when_empty="No tokens.",
    )

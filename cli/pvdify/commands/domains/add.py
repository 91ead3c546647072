"""`pvdify domains:add`."""

from __future__ import annotations

import click

from pvdify import domain_changes
from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument
from pvdify.arguments.domain_argument import take_some
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.output import print_line
from pvdify.display.text import named


@click.command(
    "domains:add",
    cls=Command,
    examples=(
        "pvdify domains:add myapp myapp.com",
        "pvdify domains:add myapp myapp.com www.myapp.com '*.preview.myapp.com'",
        "pvdify domains:add myapp.com --force",
    ),
)
@app_argument("[APP] DOMAIN...")
@click.option(
    "--force",
    is_flag=True,
    help="Replace a record of the domain that is somebody else's: domains:info shows it. Needs a token for all apps.",
)
@no_wait_option
@json_option
def command(
    arguments: tuple[str, ...], app_option: str | None, force: bool, no_wait: bool, as_json: bool
) -> None:
    """Have domains lead to an app.

    With Cloudflare, the record is made and the tunnel routes the name to the app; with Caddy, the host gets a
    certificate for it. A `*.` before a domain stands for all names below it. What failed is tried again by adding it
    again. Ctrl-C leaves it running.
    """
    app, names = take_some(arguments, app_option)
    client = Client.from_environment()
    accepted = domain_changes.ask(
        names, lambda name: client.post("apps", app, "domains", body={"domain": name, "force": force})
    )
    if not as_json:
        print_line(f"Adding {named(names)} to {app}: {domain_changes.numbers(accepted)}")
    domain_changes.see_through(client, app, names, accepted, no_wait=no_wait, as_json=as_json)

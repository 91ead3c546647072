"""`pvdify domains:remove`."""

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
    "domains:remove",
    cls=Command,
    examples=("pvdify domains:remove myapp www.myapp.com", "pvdify domains:remove www.myapp.com"),
)
@app_argument("[APP] DOMAIN...")
@no_wait_option
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, no_wait: bool, as_json: bool) -> None:
    """Take domains away from an app.

    The record goes first, then the route. A record that leads elsewhere by now is left. Ctrl-C leaves it running.
    """
    app, names = take_some(arguments, app_option)
    client = Client.from_environment()
    accepted = domain_changes.ask(names, lambda name: client.delete("apps", app, "domains", name))
    if not as_json:
        print_line(f"Taking {named(names)} away from {app}: {domain_changes.numbers(accepted)}")
    domain_changes.see_through(client, app, names, accepted, no_wait=no_wait, as_json=as_json)

"""`pvdify domains`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option
from pvdify.display.domain_view import print_domains
from pvdify.display.output import print_json


@click.command("domains", cls=Command, examples=("pvdify domains myapp", "pvdify domains -a myapp --json"))
@app_argument()
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """List an app's domains."""
    app = take_app(arguments, app_option)
    domains = Client.from_environment().list("apps", app, "domains")
    if as_json:
        print_json(domains)
    else:
        print_domains(domains, when_empty=f"No domains. pvdify domains:add {app} DOMAIN attaches one.")

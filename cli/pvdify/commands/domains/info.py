"""`pvdify domains:info`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument
from pvdify.arguments.domain_argument import take_one
from pvdify.command import Command, json_option
from pvdify.display.domain_view import print_domain
from pvdify.display.output import print_json


@click.command(
    "domains:info",
    cls=Command,
    examples=("pvdify domains:info myapp myapp.com", "pvdify domains:info myapp.com --json"),
)
@app_argument("[APP] DOMAIN")
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """Show a domain, and why it failed where it did."""
    app, name = take_one(arguments, app_option)
    domain = Client.from_environment().get("apps", app, "domains", name)
    if as_json:
        print_json(domain)
    else:
        print_domain(domain)

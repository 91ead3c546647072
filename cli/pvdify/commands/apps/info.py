"""`pvdify apps:info`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option
from pvdify.display.app_view import print_app
from pvdify.display.output import print_json


@click.command("apps:info", cls=Command, examples=("pvdify apps:info myapp",))
@app_argument()
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """Show an app."""
    name = take_app(arguments, app_option)
    app = Client.from_environment().get("apps", name)
    if as_json:
        print_json(app)
    else:
        print_app(app)

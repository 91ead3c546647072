"""`pvdify apps:destroy`."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.terminal import input_is_terminal
from pvdify.display.text import visible
from pvdify.errors import UsageError


@click.command(
    "apps:destroy",
    cls=Command,
    examples=("pvdify apps:destroy myapp", "pvdify apps:destroy myapp --confirm myapp"),
)
@app_argument()
@click.option("--confirm", metavar="NAME", help="The app's name once more, instead of being asked for it.")
@no_wait_option
@json_option
def command(
    arguments: tuple[str, ...],
    app_option: str | None,
    confirm: str | None,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Remove an app and all it runs: its instances, releases and settings.

    It can't be undone, and so asks for the app's name.
    """
    name = take_app(arguments, app_option)
    client = Client.from_environment()
    _confirm(client, name, confirm)
    accepted = client.delete("apps", name)
    outcome.operation(client, accepted, f"Removing {name}", no_wait=no_wait, as_json=as_json)


def _confirm(client: Client, name: str, confirm: str | None) -> None:
    if confirm is None:
        if not input_is_terminal():
            raise UsageError(
                f"Removing {name} needs a confirmation, and there is no terminal to ask on.",
                f"pvdify apps:destroy {name} --confirm {name}",
            )
        app = client.get("apps", name)
        click.echo(
            f"This removes {visible(str(app['name']))} from {visible(str(app['host']))} for good.", err=True
        )
        confirm = click.prompt("Type the app's name to go on", err=True)
    if confirm != name:
        raise UsageError(f"{confirm!r} is not {name!r}: nothing is removed.", "Give the app's exact name.")

"""`pvdify domains:clear`."""

from __future__ import annotations

import click

from pvdify import domain_changes
from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.output import print_json, print_line
from pvdify.display.terminal import input_is_terminal
from pvdify.display.text import named
from pvdify.errors import UsageError


@click.command(
    "domains:clear",
    cls=Command,
    examples=("pvdify domains:clear myapp", "pvdify domains:clear myapp --confirm myapp"),
)
@app_argument()
@click.option("--confirm", metavar="APP", help="The app's name once more, instead of being asked for it.")
@no_wait_option
@json_option
def command(
    arguments: tuple[str, ...], app_option: str | None, confirm: str | None, no_wait: bool, as_json: bool
) -> None:
    """Take all of an app's domains away, and their records.

    It asks for the app's name, since nobody reaches the app by them any more. Ctrl-C leaves it running.
    """
    app = take_app(arguments, app_option)
    client = Client.from_environment()
    names = [str(domain["domain"]) for domain in domain_changes.of_app(client, app)]
    if not names:
        _tell_none(app, as_json=as_json)
        return
    _confirm(app, names, confirm)
    accepted = client.delete("apps", app, "domains")
    if not as_json:
        print_line(f"Taking {named(names)} away from {app}: {domain_changes.numbers([accepted])}")
    domain_changes.see_through(client, app, names, [accepted], no_wait=no_wait, as_json=as_json)


def _tell_none(app: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"domains": [], "operations": []})
    else:
        print_line(f"{app} has no domains.")


def _confirm(app: str, names: list[str], confirm: str | None) -> None:
    if confirm is None:
        if not input_is_terminal():
            raise UsageError(
                f"Taking all domains away from {app} needs a confirmation, and there is no terminal to ask on.",
                f"pvdify domains:clear {app} --confirm {app}",
            )
        click.echo(f"This takes {named(names)} away from {app}.", err=True)
        confirm = click.prompt("Type the app's name to go on", err=True)
    if confirm != app:
        raise UsageError(f"{confirm!r} is not {app!r}: nothing is changed.", "Give the app's exact name.")

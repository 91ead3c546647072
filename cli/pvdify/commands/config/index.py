"""`pvdify config`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option
from pvdify.config import telling, views
from pvdify.display.output import print_json, print_table
from pvdify.errors import UsageError


@click.command(
    "config",
    cls=Command,
    examples=("pvdify config myapp", "pvdify config myapp --json", "pvdify config myapp --shell"),
)
@app_argument()
@click.option("--shell", "as_shell", is_flag=True, help="Print lines that a shell takes: export KEY='…'.")
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_shell: bool, as_json: bool) -> None:
    """Show an app's config vars.

    A secret shows the config version it was set in; only the app's host can read it. Line ends and tabs of values
    are shown as escapes; --json and --shell give every value exactly. Where the release that serves runs another
    config version than the one that is stored, a warning says so.
    """
    app = take_app(arguments, app_option)
    if as_shell and as_json:
        raise UsageError("--shell and --json are two ways to print it.", "Leave one of them out.")
    client = Client.from_environment()
    config = client.get("apps", app, "config")
    if as_json:
        print_json(config)
    elif as_shell:
        views.print_exactly(views.shell(config))
    else:
        print_table(
            ("KEY", "VALUE"),
            views.rows(config),
            when_empty=f"No config of {app}. pvdify config:set {app} KEY=VALUE sets some.",
        )
        telling.warn_of_stored(client.get("apps", app))

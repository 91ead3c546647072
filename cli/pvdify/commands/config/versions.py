"""`pvdify config:versions`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, limit_option
from pvdify.display.output import print_json, print_table
from pvdify.display.text import moment, named

_MOST_KEYS_NAMED = 3


@click.command(
    "config:versions",
    cls=Command,
    examples=("pvdify config:versions myapp", "pvdify config:versions myapp --limit 5"),
)
@app_argument()
@limit_option
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, limit: int, as_json: bool) -> None:
    """List an app's config versions, the newest first.

    The current one is what the next release takes.
    """
    app = take_app(arguments, app_option)
    versions = Client.from_environment().list("apps", app, "config", "versions", limit=limit)
    if as_json:
        print_json(versions)
        return
    print_table(
        ("VERSION", "CURRENT", "CHANGED", "MESSAGE", "CREATED", "BY"),
        [
            [
                version.get("version"),
                version.get("current") or None,
                named(version.get("changes") or [], _MOST_KEYS_NAMED),
                version.get("message"),
                moment(version.get("created_at")),
                version.get("created_by"),
            ]
            for version in versions
        ],
        when_empty=f"No config of {app} yet. pvdify config:set {app} KEY=VALUE sets some.",
    )

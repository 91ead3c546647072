"""`pvdify registries`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import of_one_app
from pvdify.arguments.app_resolution import checked
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_table
from pvdify.display.text import moment


@click.command("registries", cls=Command, examples=("pvdify registries", "pvdify registries -a myapp"))
@of_one_app("What this app's images are pulled with.")
@json_option
def command(app: str | None, as_json: bool) -> None:
    """List the credentials for container registries.

    No password is shown: the hosts alone can read them.
    """
    query = {} if app is None else {"app": checked(app, "--app")}
    entries = Client.from_environment().list("registries", query=query)
    if as_json:
        print_json(entries)
        return
    print_table(
        ("REGISTRY", "USERNAME", "APP", "HOSTS", "CREATED", "BY"),
        [
            [
                entry.get("registry"),
                entry.get("username"),
                entry.get("app") or "every app",
                entry.get("hosts"),
                moment(entry.get("created_at")),
                entry.get("created_by"),
            ]
            for entry in entries
        ],
        when_empty="No credentials. pvdify registry:login HOST --username NAME adds one.",
    )

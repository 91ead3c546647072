"""`pvdify ps`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_table
from pvdify.display.text import moment


@click.command("ps", cls=Command, examples=("pvdify ps myapp", "pvdify ps myapp --json"))
@app_argument()
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """List an app's running instances, as its host sees them now."""
    app = take_app(arguments, app_option)
    instances = Client.from_environment().list("apps", app, "ps")
    if as_json:
        print_json(instances)
        return
    print_table(
        ("PROCESS", "INSTANCE", "RELEASE", "ROLE", "STATE", "SINCE", "RESTARTS"),
        [
            [
                instance.get("process"),
                instance.get("instance"),
                instance.get("release"),
                instance.get("role"),
                instance.get("state"),
                moment(instance.get("since")),
                instance.get("restarts"),
            ]
            for instance in instances
        ],
        when_empty=f"Nothing of {app} is running. pvdify deploy {app} starts it.",
    )

"""`pvdify apps`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_table


@click.command("apps", cls=Command, examples=("pvdify apps", "pvdify apps --json"))
@json_option
def command(as_json: bool) -> None:
    """List the apps."""
    apps = Client.from_environment().list("apps")
    if as_json:
        print_json(apps)
        return
    print_table(
        ("APP", "ENVIRONMENT", "STATUS", "RELEASE", "HOST", "PORT", "IMAGE"),
        [
            [
                app.get(key)
                for key in ("name", "environment", "status", "release", "host", "bind_port", "image")
            ]
            for app in apps
        ],
        when_empty="No apps yet. pvdify apps:create NAME makes one.",
    )

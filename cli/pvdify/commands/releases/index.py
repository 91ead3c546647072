"""`pvdify releases`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, limit_option
from pvdify.display.output import print_json, print_table
from pvdify.display.text import moment


@click.command("releases", cls=Command, examples=("pvdify releases myapp", "pvdify releases myapp --limit 5"))
@app_argument()
@limit_option
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, limit: int, as_json: bool) -> None:
    """List an app's releases, the newest first."""
    app = take_app(arguments, app_option)
    releases = Client.from_environment().list("apps", app, "releases", limit=limit)
    if as_json:
        print_json(releases)
        return
    print_table(
        ("RELEASE", "STATUS", "IMAGE", "CONFIG", "ROLLBACK OF", "CREATED", "BY"),
        [
            [
                release.get("version"),
                release.get("status"),
                release.get("image"),
                release.get("config_version"),
                release.get("rollback_of"),
                moment(release.get("created_at")),
                release.get("created_by"),
            ]
            for release in releases
        ],
        when_empty=f"No releases of {app} yet. pvdify deploy {app} makes one.",
    )

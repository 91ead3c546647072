"""`pvdify operations`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take
from pvdify.command import Command, json_option, limit_option
from pvdify.display.output import print_json, print_table
from pvdify.display.text import moment


@click.command(
    "operations",
    cls=Command,
    examples=("pvdify operations myapp", "pvdify operations --all --status running"),
)
@app_argument()
@click.option("--all", "every_app", is_flag=True, help="Those of every app, even where the app is known.")
@click.option(
    "--status",
    type=click.Choice(["queued", "running", "succeeded", "failed", "cancelled"]),
    help="Those in this state.",
)
@limit_option
@json_option
def command(
    arguments: tuple[str, ...],
    app_option: str | None,
    every_app: bool,
    status: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List operations, the newest first: an app's, or every app's when none is named."""
    app = None if every_app else take(arguments, app_option).app
    query = {name: value for name, value in (("app", app), ("status", status)) if value is not None}
    operations = Client.from_environment().list("operations", query=query, limit=limit)
    if as_json:
        print_json(operations)
        return
    print_table(
        ("OPERATION", "KIND", "APP", "RELEASE", "STATUS", "CREATED", "BY"),
        [
            [
                operation.get("id"),
                operation.get("kind"),
                operation.get("app"),
                operation.get("release"),
                operation.get("status"),
                moment(operation.get("created_at")),
                operation.get("created_by"),
            ]
            for operation in operations
        ],
        when_empty="No operations.",
    )

"""`pvdify resources`."""

from __future__ import annotations

from typing import Any

import click

from pvdify import change
from pvdify.api.client import Client, Json
from pvdify.arguments import slot_options
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.output import print_fields, print_json


@click.command(
    "resources",
    cls=Command,
    examples=("pvdify resources myapp", "pvdify resources myapp --memory 1G --cpu 0.75"),
)
@app_argument()
@slot_options.resource_options
@no_wait_option
@json_option
def command(
    arguments: tuple[str, ...], app_option: str | None, no_wait: bool, as_json: bool, **options: Any
) -> None:
    """Show or change what each instance of an app may use of its host.

    The instances are restarted with the new limits, one at a time; when that fails, they keep the old ones.
    An app that was never deployed has them at its first deploy. Ctrl-C leaves it running.
    """
    name = take_app(arguments, app_option)
    client = Client.from_environment()
    limits = slot_options.resources(options)
    if not limits:
        _print_resources(client.get("apps", name), None, as_json=as_json)
        return
    body = {"resources": limits}
    app, operation = change.change(client, name, body, no_wait=no_wait, as_json=as_json)
    _print_resources(app, operation, as_json=as_json)
    change.close(operation, as_json=as_json)


def _print_resources(app: Json, operation: Json | None, *, as_json: bool) -> None:
    limits = app.get("resources") or {}
    if as_json:
        print_json(change.document({"app": app.get("name"), **limits}, operation))
    else:
        print_fields([("app", app.get("name")), *((name, limits.get(name)) for name in ("memory", "cpu"))])

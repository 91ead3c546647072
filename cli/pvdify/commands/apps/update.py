"""`pvdify apps:update`."""

from __future__ import annotations

from typing import Any

import click

from pvdify import change
from pvdify.api.client import Client, Json
from pvdify.arguments import slot_options
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.app_view import print_app
from pvdify.display.output import print_json, print_line
from pvdify.errors import UsageError

_FIELDS = {"image": "image", "container-port": "container_port", "health": "healthcheck"}


@click.command(
    "apps:update",
    cls=Command,
    examples=(
        "pvdify apps:update myapp --process web=3",
        "pvdify apps:update myapp --health-path /health --health-interval 10s",
        "pvdify apps:update myapp --reset health",
        "pvdify apps:update myapp --no-overlap worker --memory 1G",
    ),
)
@app_argument()
@slot_options.changeable_options
@slot_options.resource_options
@click.option(
    "--reset",
    multiple=True,
    type=click.Choice(list(_FIELDS)),
    help="Back to what holds when it was never given; repeatable.",
)
@no_wait_option
@json_option
def command(
    arguments: tuple[str, ...],
    app_option: str | None,
    reset: tuple[str, ...],
    no_wait: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Change an app's settings.

    What is not given stays. With --process, the types given are all that stay. What runs is changed by the
    next deploy; but new resources restart it at once, one instance at a time, and Ctrl-C leaves that running.
    """
    name = take_app(arguments, app_option)
    client = Client.from_environment()
    body = _changes(client, name, reset, options)
    if not body:
        raise UsageError("Nothing to change was given.", "pvdify help apps:update lists the options.")
    app, operation = change.change(client, name, body, no_wait=no_wait, as_json=as_json)
    if as_json:
        print_json(change.document(app, operation))
    else:
        print_app(app)
        if app.get("release") and set(body) != {"resources"}:
            print_line(f"Next: pvdify deploy {name} makes what runs match.")
    change.close(operation, as_json=as_json)


def _changes(client: Client, name: str, reset: tuple[str, ...], options: dict[str, Any]) -> Json:
    body = slot_options.body(options, lambda: client.get("apps", name).get("processes") or {})
    if any(options[key] is not None for key in options if key.startswith("health_")):
        before = None if "health" in reset else client.get("apps", name).get("healthcheck")
        body["healthcheck"] = slot_options.health(options, before)
    for option in reset:
        body.setdefault(_FIELDS[option], None)
    return body

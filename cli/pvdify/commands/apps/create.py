"""`pvdify apps:create`."""

from __future__ import annotations

from typing import Any

import click

from pvdify.api.client import Client
from pvdify.arguments import app_in_hint, slot_options
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_line


@click.command(
    "apps:create",
    cls=Command,
    examples=(
        "pvdify apps:create myapp",
        "pvdify apps:create myapp-staging --image ghcr.io/acme/myapp:v2 --health-path /health",
        "pvdify apps:create myapp --process web=2 --process 'worker=1:node worker.js' --memory 256M",
    ),
)
@click.argument("name")
@slot_options.fixed_options
@slot_options.changeable_options
@slot_options.resource_options
@json_option
def command(name: str, as_json: bool, **options: Any) -> None:
    """Create an app.

    NAME has lower-case letters, digits and hyphens. A name that ends in -staging makes a staging app, one
    that ends in -pr-N a preview, any other one a production app.
    """
    app_in_hint.note(name)
    body = {"name": name, **slot_options.body(options)}
    health = slot_options.health(options, before=None)
    if health is not None:
        body["healthcheck"] = health
    app = Client.from_environment().post("apps", body=body)
    if as_json:
        print_json(app)
        return
    print_line(f"App {app['name']} created: {app['environment']}, port {app['bind_port']} of {app['host']}.")
    image = "" if app.get("image") else " --image IMAGE"
    print_line(f"Next: pvdify deploy {app['name']}{image}")

"""`pvdify deploy`."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, no_wait_option


@click.command(
    "deploy",
    cls=Command,
    examples=("pvdify deploy myapp --image ghcr.io/acme/myapp:v2", "pvdify deploy myapp"),
)
@app_argument()
@click.option("--image", metavar="IMAGE", help="Container image [the app's current one, pulled anew].")
@no_wait_option
@json_option
def command(
    arguments: tuple[str, ...], app_option: str | None, image: str | None, no_wait: bool, as_json: bool
) -> None:
    """Deploy an image to an app.

    The new release starts beside the old one, and takes its place once every instance is healthy: pull,
    stage, start, switch, retire. When it fails before the switch, the old release goes on as it was.
    Ctrl-C leaves the deploy running.
    """
    app = take_app(arguments, app_option)
    client = Client.from_environment()
    body = {} if image is None else {"image": image}
    accepted = client.post("apps", app, "releases", body=body)
    outcome.release(client, accepted, "deploy", no_wait=no_wait, as_json=as_json)

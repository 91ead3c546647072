"""`pvdify edge`."""

from __future__ import annotations

import click

from pvdify.api.client import Client, Json
from pvdify.arguments.host_option import host_option, take_host
from pvdify.command import Command, json_option
from pvdify.display.output import print_fields, print_json
from pvdify.display.text import moment


@click.command("edge", cls=Command, examples=("pvdify edge", "pvdify edge --host web1 --json"))
@host_option("The host [the only one there is].")
@json_option
def command(host: str | None, as_json: bool) -> None:
    """Show what brings requests for domains to a host.

    Of its secrets, only which there are: the host alone can read them.
    """
    client = Client.from_environment()
    edge = client.get("hosts", take_host(client, host), "edge")
    if as_json:
        print_json(edge)
    else:
        _print(edge)


def _print(edge: Json) -> None:
    settings = edge.get(str(edge.get("kind"))) or {}
    print_fields(
        [
            ("host", edge.get("host")),
            ("edge", edge.get("kind")),
            ("ready", edge.get("ready")),
            ("operation", edge.get("operation")),
            *((name.replace("_", " "), _short(value)) for name, value in settings.items()),
            ("secrets", edge.get("secrets")),
            ("updated", moment(edge.get("updated_at"))),
            ("updated by", edge.get("updated_by")),
        ]
    )


def _short(value: object) -> object:
    """A certificate is many lines; that there is one is enough."""
    return "a certificate of its own" if isinstance(value, str) and "BEGIN CERTIFICATE" in value else value

"""`pvdify secrets:rotate`."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client
from pvdify.arguments.host_option import host_option, take_host
from pvdify.command import Command, json_option, no_wait_option


@click.command(
    "secrets:rotate", cls=Command, examples=("pvdify secrets:rotate", "pvdify secrets:rotate --host web1")
)
@host_option("The host whose key is replaced [the only one there is].")
@no_wait_option
@json_option
def command(host: str | None, no_wait: bool, as_json: bool) -> None:
    """Give a host a new key, and encrypt its secrets to that.

    The host does it itself, and hands back nothing but what is encrypted; what runs goes on. Operations that wait,
    wait for it. A copy of the old key still opens old backups: set anew what may have been seen. Ctrl-C leaves it
    running.
    """
    client = Client.from_environment()
    name = take_host(client, host)
    accepted = client.post("hosts", name, "secrets", "rotate", body={})
    outcome.operation(client, accepted, f"Rotating the key of {name}", no_wait=no_wait, as_json=as_json)

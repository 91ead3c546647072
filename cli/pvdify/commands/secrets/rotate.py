"""`pvdify secrets:rotate`."""

from __future__ import annotations

import re

import click

from pvdify import outcome
from pvdify.api.client import Client
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.text import word
from pvdify.errors import UsageError

_HOST = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_NEXT = "On the server, pvdifyd host list shows the hosts."


@click.command(
    "secrets:rotate", cls=Command, examples=("pvdify secrets:rotate", "pvdify secrets:rotate --host web1")
)
@click.option("--host", metavar="NAME", help="The host whose key is replaced [the only one there is].")
@no_wait_option
@json_option
def command(host: str | None, no_wait: bool, as_json: bool) -> None:
    """Give a host a new key, and encrypt its secrets to that.

    The host does it itself, and hands back nothing but what is encrypted; what runs goes on. Operations that wait,
    wait for it. A copy of the old key still opens old backups: set anew what may have been seen. Ctrl-C leaves it
    running.
    """
    client = Client.from_environment()
    name = _only_host(client) if host is None else host
    if _HOST.fullmatch(name) is None:
        raise UsageError(f"--host: {name!r} is not a host's name: letters, digits and hyphens.", _NEXT)
    accepted = client.post("hosts", name, "secrets", "rotate", body={})
    outcome.operation(client, accepted, f"Rotating the key of {name}", no_wait=no_wait, as_json=as_json)


def _only_host(client: Client) -> str:
    names = [word(host.get("name")) for host in client.list("hosts")]
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageError("There is no host.", "On the server, register one: pvdifyd host add NAME")
    raise UsageError(f"There are several hosts: {', '.join(names)}.", "Name one with --host NAME.")

"""`pvdify tunnels`."""

from __future__ import annotations

import click

from pvdify.api.client import Client, Json
from pvdify.arguments.host_option import host_option, take_host
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_table
from pvdify.errors import PvdifyError

# A host that is away, or has no worker that reads it, is a row like the others.
_UNREADABLE = ("host_unreachable", "host_refused", "reader_unavailable")


@click.command("tunnels", cls=Command, examples=("pvdify tunnels", "pvdify tunnels --host web1 --json"))
@host_option("Of this host [of every one that has a tunnel].")
@json_option
def command(host: str | None, as_json: bool) -> None:
    """Show whether the hosts' Cloudflare Tunnels are connected.

    It is what cloudflared tells now. IN FORCE says whether it routes what pvdify has written.
    """
    client = Client.from_environment()
    tunnels = [_of(client, name) for name in _names(client, host)]
    if as_json:
        print_json(tunnels)
        return
    print_table(
        ("HOST", "READY", "CONNECTIONS", "IN FORCE", "VERSION", "PROBLEM"),
        [
            [tunnel.get(key) for key in ("host", "ready", "connections", "in_force", "version", "problem")]
            for tunnel in tunnels
        ],
        when_empty="No host has a tunnel. pvdify edge:set cloudflare gives it one.",
    )


def _names(client: Client, host: str | None) -> list[str]:
    if host is not None:
        return [take_host(client, host)]
    return [str(one["name"]) for one in client.list("hosts") if one.get("edge") == "cloudflare"]


def _of(client: Client, host: str) -> Json:
    try:
        return {**client.get("hosts", host, "tunnel"), "problem": None}
    except PvdifyError as error:
        if error.code not in _UNREADABLE:
            raise
        unknown = dict.fromkeys(("connections", "in_force", "version"))
        return {"host": host, "ready": False, **unknown, "problem": error.message}

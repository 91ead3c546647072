"""`pvdify edge:set`."""

from __future__ import annotations

from typing import Any

import click

from pvdify import outcome
from pvdify.api.client import Client, Json
from pvdify.arguments import edge_options, secret_input
from pvdify.arguments.host_option import host_option, take_host
from pvdify.command import Command, json_option, no_wait_option


@click.command(
    "edge:set",
    cls=Command,
    examples=(
        "pvdify edge:set cloudflare --credentials-file tunnel.json",
        "pvdify edge:set cloudflare --token-stdin < token.txt",
        "pvdify edge:set cloudflare --tls set",
        "pvdify edge:set caddy --email admin@example.com",
        "pvdify edge:set none",
    ),
)
@click.argument("kind", type=click.Choice(("none", "caddy", "cloudflare")))
@host_option("The host [the only one there is].")
@edge_options.edge_options
@no_wait_option
@json_option
def command(kind: str, host: str | None, no_wait: bool, as_json: bool, **options: Any) -> None:
    """Set what brings requests for domains to a host, and install it there.

    cloudflare: a Cloudflare Tunnel, with records that pvdify makes. caddy: Caddy on the host, with certificates of
    its own. none: a proxy of your own. What is not given stays what it is. The token and the credentials are
    encrypted at once, so that the host alone can read them. Ctrl-C leaves it running.
    """
    client = Client.from_environment()
    name = take_host(client, host)
    edge = client.get("hosts", name, "edge")
    settings = edge_options.settings(kind, options, edge.get(kind))
    if kind == "cloudflare":
        settings.update(_token(edge, settings, piped=bool(options["token_stdin"])))
    body: Json = {"kind": kind, **({kind: settings} if kind != "none" else {})}
    accepted = client.put("hosts", name, "edge", body=body)
    doing = f"Setting the edge of {name} to {kind}"
    outcome.operation(client, accepted, doing, no_wait=no_wait, as_json=as_json)


def _token(edge: Json, settings: Json, *, piped: bool) -> Json:
    if piped:
        return {"token": secret_input.piped("token", "--token-stdin")}
    kept = "cloudflare_token" in (edge.get("secrets") or [])
    # One that was given for another endpoint is not sent to this one.
    if kept and settings.get("endpoint") == (edge.get("cloudflare") or {}).get("endpoint"):
        return {}
    return {"token": secret_input.asked("token", "API token of Cloudflare", "--token-stdin")}

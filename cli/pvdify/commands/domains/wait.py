"""`pvdify domains:wait`."""

from __future__ import annotations

import click

from pvdify import domain_changes
from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument
from pvdify.arguments.domain_argument import take_domains
from pvdify.command import Command, json_option
from pvdify.display.domain_view import print_domains
from pvdify.display.output import print_json
from pvdify.errors import ExitCode


@click.command(
    "domains:wait",
    cls=Command,
    examples=("pvdify domains:wait myapp", "pvdify domains:wait myapp myapp.com --timeout 60"),
)
@app_argument("[APP] [DOMAIN]...")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="How long it may take.",
)
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, timeout: float, as_json: bool) -> None:
    """Wait until an app's domains are active, or failed.

    Those that are being taken away are waited for too. It ends with 1 where one failed, or the time is up.
    """
    app, names = take_domains(arguments, app_option)
    client = Client.from_environment()
    for name in names:
        client.get("apps", app, "domains", name)
    domains = domain_changes.settled(client, app, names or None, timeout)
    if as_json:
        print_json(domains)
    else:
        print_domains(domains)
    if any(domain["status"] == "failed" for domain in domains):
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))

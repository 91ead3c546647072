"""`pvdify ps:start`."""

from __future__ import annotations

import click

from pvdify.arguments.app_argument import app_argument
from pvdify.command import Command, json_option, no_wait_option
from pvdify.commands.ps import switching


@click.command(
    "ps:start",
    cls=Command,
    examples=("pvdify ps:start myapp worker", "pvdify ps:start myapp"),
)
@app_argument("[APP] [TYPE]")
@no_wait_option
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, no_wait: bool, as_json: bool) -> None:
    """Start an app that was stopped, or a process type of it.

    As many run as before it was stopped. An app that was stopped as a whole starts with the config it has by
    now. Where -a, PVDIFY_APP or a .pvdify file names the app, a lone argument
    is the type. Ctrl-C leaves it running.
    """
    switching.switch("start", "Starting", arguments, app_option, no_wait=no_wait, as_json=as_json)

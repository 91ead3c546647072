"""`pvdify ps:stop`."""

from __future__ import annotations

import click

from pvdify.arguments.app_argument import app_argument
from pvdify.command import Command, json_option, no_wait_option
from pvdify.commands.ps import switching


@click.command(
    "ps:stop",
    cls=Command,
    examples=("pvdify ps:stop myapp worker", "pvdify ps:stop myapp"),
)
@app_argument("[APP] [TYPE]")
@no_wait_option
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, no_wait: bool, as_json: bool) -> None:
    """Stop an app, or a process type of it.

    It stays stopped until ps:start, ps:scale or the next deploy. What is at hand is finished first. Where -a,
    PVDIFY_APP or a .pvdify file names the app, a lone argument is the type. Ctrl-C leaves it running.
    """
    switching.switch("stop", "Stopping", arguments, app_option, no_wait=no_wait, as_json=as_json)

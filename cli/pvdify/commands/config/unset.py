"""`pvdify config:unset`."""

from __future__ import annotations

from typing import Any

import click

from pvdify.api.client import Client
from pvdify.arguments import assignments
from pvdify.arguments.app_argument import app_argument
from pvdify.command import Command
from pvdify.config import near_keys
from pvdify.config.submit import Terms, submit, submit_options
from pvdify.display.output import warn


@click.command(
    "config:unset",
    cls=Command,
    examples=("pvdify config:unset myapp LEVEL WORKERS", "pvdify config:unset LEVEL --no-restart"),
)
@app_argument("[APP] KEY...")
@submit_options
def command(arguments: tuple[str, ...], app_option: str | None, **options: Any) -> None:
    """Remove config vars and secrets of an app.

    All of a command is one config version, and one release where the app runs. A key that is not there is no
    change, but warned of. The first of several arguments is the app where it can be one: no app has a capital
    letter or an underscore.
    """
    app, operands = assignments.take_operands(arguments, app_option, "KEY")
    keys = assignments.parse_keys(operands)
    client = Client.from_environment()
    config = client.get("apps", app, "config")
    for key in near_keys.absent(config, keys):
        warn(f"{app} has no config var {key}. {near_keys.hint(config, key)}".rstrip())
    submit(client, app, Terms(**options), "Removing", config=dict.fromkeys(keys))

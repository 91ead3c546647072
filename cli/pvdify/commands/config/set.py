"""`pvdify config:set`."""

from __future__ import annotations

from typing import Any

import click

from pvdify.api.client import Client
from pvdify.arguments import assignments
from pvdify.arguments.app_argument import app_argument
from pvdify.command import Command
from pvdify.config import values, views
from pvdify.config.submit import Terms, submit, submit_options


@click.command(
    "config:set",
    cls=Command,
    examples=(
        "pvdify config:set myapp LEVEL=info WORKERS=4",
        "pvdify config:set LEVEL=debug --no-restart --message 'find the slow query'",
        "pvdify config:set myapp API_TOKEN --secret",
        "pvdify config:set myapp TLS_KEY=@key.pem --secret",
        "pvdify config:set myapp MOTD < motd.txt",
    ),
)
@app_argument("[APP] KEY=VALUE|KEY...")
@click.option(
    "--secret", is_flag=True, help="Encrypt the values, so that the app's host alone can read them."
)
@submit_options
def command(arguments: tuple[str, ...], app_option: str | None, secret: bool, **options: Any) -> None:
    """Set config vars of an app.

    All of a command is one config version, and one release where the app runs: the image that serves, with the new
    values. What is set already is no change; but a secret always is, for nobody can compare it.

    The value of a KEY alone is the standard input, exactly as it comes; on a terminal it is asked for, that of a
    secret unseen. A secret's KEY=@FILE takes a file exactly as it is. A key that is a secret stays one, without
    --secret too; unset it to have it plain. Values are text without NUL, 64 KiB at most; PORT and PVDIFY_* are
    pvdify's own.

    The first of several arguments is the app where it can be one: no app has a capital letter or an underscore.
    """
    app, operands = assignments.take_operands(arguments, app_option, "KEY=VALUE")
    asked = assignments.parse(operands)
    values.refuse_several_piped(asked)
    client = Client.from_environment()
    secrets = [key for key, _ in asked] if secret else views.secrets(client.get("apps", app, "config"))
    given = values.read(asked, secrets)
    if secret:
        submit(client, app, Terms(**options), "Setting", secrets=given)
    else:
        submit(client, app, Terms(**options), "Setting", config=given)

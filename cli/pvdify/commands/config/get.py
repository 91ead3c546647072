"""`pvdify config:get`."""

from __future__ import annotations

import click

from pvdify.api import next_steps
from pvdify.api.client import Client, Json
from pvdify.arguments.app_argument import app_argument
from pvdify.arguments.assignments import parse_key, take_operands
from pvdify.command import Command, json_option
from pvdify.config import near_keys, views
from pvdify.display.output import print_json
from pvdify.display.text import word
from pvdify.errors import ExitCode, PvdifyError, UsageError


@click.command(
    "config:get", cls=Command, examples=("pvdify config:get myapp LEVEL", "pvdify config:get LEVEL")
)
@app_argument("[APP] KEY")
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """Print the value of a config var.

    It is printed byte for byte, on a terminal too, with a line end after it. A secret can't be read: only the app's
    host can.
    """
    app, operands = take_operands(arguments, app_option, "KEY")
    if len(operands) > 1:
        raise UsageError("One KEY is asked for.", f"pvdify config {app} shows all of them.")
    key = parse_key(operands[0])
    client = Client.from_environment()
    try:
        found = _read(client, app, key)
    except PvdifyError as error:
        near_keys.suggest(error, client, app, key)
        raise
    if as_json:
        print_json(found)
        return
    if found.get("secret"):
        raise PvdifyError(
            f"{key} is a secret, set in {word(found.get('version'))}: only the host of {app} can read it.",
            f"The app itself sees it. pvdify config:set {app} {key} --secret sets another.",
            exit_code=ExitCode.REFUSED,
        )
    views.print_exactly(f"{found.get('value') or ''}\n")


def _read(client: Client, app: str, key: str) -> Json:
    if key != "versions":
        return client.get("apps", app, "config", key)
    # The address that this key would have is that of the list of versions.
    config = client.get("apps", app, "config")
    value, version = views.values(config).get(key), views.secrets(config).get(key)
    if value is None and version is None:
        code = "config_key_not_found"
        raise PvdifyError(
            f"{app} has no config var {key}.",
            next_steps.for_problem(code, 404),
            exit_code=ExitCode.NOT_FOUND,
            code=code,
        )
    return {"key": key, "value": value, "secret": version is not None, "version": version}

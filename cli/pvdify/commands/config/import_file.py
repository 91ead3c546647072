"""`pvdify config:import`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take
from pvdify.arguments.app_resolution import may_be_name, required
from pvdify.command import Command
from pvdify.config import content, texts
from pvdify.config.submit import Terms, submit, submit_options
from pvdify.display.output import warn
from pvdify.display.terminal import input_is_terminal
from pvdify.errors import UsageError


@click.command(
    "config:import",
    cls=Command,
    examples=(
        "pvdify config:import myapp production.env",
        "pvdify config:import myapp secrets.json --secret",
        "pvdify config:import myapp - < production.env",
    ),
)
@app_argument("[APP] FILE|-")
@click.option(
    "--format", "form", type=click.Choice(content.FORMATS), help="The file's format [by its content]."
)
@click.option("--secret", is_flag=True, help="Encrypt all of it, so that the app's host alone can read it.")
@submit_options
def command(
    arguments: tuple[str, ...], app_option: str | None, form: str | None, secret: bool, **options: Any
) -> None:
    """Set all config vars that a file holds; - is the standard input.

    It is one config version, and keys that are not in the file stay. A dotenv file may have comments, export,
    quotes and values over several lines; nothing in it is interpolated. JSON is an object of keys and texts.
    """
    taken = take(arguments, app_option, operands=1)
    if not taken.rest or (taken.app in (None, *arguments) and _is_app_alone(arguments, app_option)):
        raise UsageError(
            "FILE is missing.", "As in pvdify config:import APP production.env, or - for a pipe."
        )
    app, name = required(taken.app), taken.rest[0]
    given = content.parse(_read(name), "standard input" if name == "-" else name, form)
    client = Client.from_environment()
    if secret:
        submit(client, app, Terms(**options), "Setting", secrets=given)
    else:
        submit(client, app, Terms(**options), "Setting", config=given)


def _is_app_alone(arguments: tuple[str, ...], app_option: str | None) -> bool:
    """Tell whether the one argument can be an app's name only: there is no file of that name."""
    if len(arguments) != 1 or app_option is not None or arguments[0] == "-":
        return False
    return may_be_name(arguments[0]) and not os.path.exists(arguments[0])


def _read(name: str) -> str:
    if name != "-":
        return texts.of_file(Path(name), name)
    if input_is_terminal():
        raise UsageError("The standard input is a terminal.", "Pipe a file into it, or name one.")
    text = texts.of_standard_input()
    if not text:
        warn("the standard input was empty, and so nothing is set.")
    return text

"""`pvdify config:export`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command
from pvdify.config import content, views
from pvdify.display.output import print_json
from pvdify.display.text import word


@click.command(
    "config:export",
    cls=Command,
    examples=("pvdify config:export myapp > myapp.env", "pvdify config:export myapp --format json"),
)
@app_argument()
@click.option(
    "--format",
    "form",
    type=click.Choice(content.FORMATS),
    default="dotenv",
    show_default=True,
    help="The format to print.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(arguments: tuple[str, ...], app_option: str | None, form: str, as_json: bool) -> None:
    """Print an app's plain config vars as a file that config:import takes.

    What is imported again is the same byte for byte. Secrets can't be read: a dotenv file names them in comments,
    and JSON leaves them out.
    """
    app = take_app(arguments, app_option)
    config = Client.from_environment().get("apps", app, "config")
    if as_json or form == "json":
        print_json(views.values(config))
    else:
        heading = f"Config of {app}, {word(config.get('version'), 'no version yet')}."
        views.print_exactly(views.file(config, [heading]))

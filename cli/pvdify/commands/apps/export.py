"""`pvdify apps:export`."""

from __future__ import annotations

from pathlib import Path

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option
from pvdify.declared import writing
from pvdify.display.output import print_json, print_line
from pvdify.errors import UsageError


@click.command(
    "apps:export",
    cls=Command,
    examples=("pvdify apps:export myapp", "pvdify apps:export myapp -o app.yaml"),
)
@app_argument()
@click.option("-o", "--output", metavar="FILE", help="Write it to this file [the standard output].")
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, output: str | None, as_json: bool) -> None:
    """Write an app's whole definition as a file that apply takes.

    It is YAML, with a line that tells editors where its JSON Schema is. Applied to the same app it changes nothing.
    Config vars are not in it, but for the version they have: config:export writes those.
    """
    name = take_app(arguments, app_option)
    client = Client.from_environment()
    definition = writing.document(client.get("apps", name), client.get("apps", name, "config"))
    if output is not None:
        _write(Path(output), writing.text(definition, client.address("schemas", "app.json")))
    if as_json:
        print_json(definition)
    elif output is None:
        click.echo(writing.text(definition, client.address("schemas", "app.json")), nl=False)
    else:
        print_line(f"{name} is written to {output}. pvdify apply -f {output} makes it what the file says.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} can't be written: {reason}.", "Name another file.") from None

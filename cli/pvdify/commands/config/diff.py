"""`pvdify config:diff`."""

from __future__ import annotations

import click

from pvdify.api.client import Client, Json
from pvdify.arguments import config_version
from pvdify.arguments.app_argument import app_argument, take
from pvdify.arguments.app_resolution import required
from pvdify.command import Command, json_option
from pvdify.config import differences
from pvdify.display.output import print_json, print_line
from pvdify.errors import UsageError


@click.command(
    "config:diff",
    cls=Command,
    examples=("pvdify config:diff myapp v2 v5", "pvdify config:diff myapp v5", "pvdify config:diff v2 v5"),
)
@app_argument("[APP] VERSION [VERSION]")
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """Show what differs between two config versions of an app.

    Without a second VERSION it is the current one. + is a key that is new, - one that is gone, ~ one whose value
    changed. Of a secret it shows that it changed, and not its value.
    """
    app, versions = _take(arguments, app_option)
    client = Client.from_environment()
    before, after = (_read(client, app, version) for version in (versions[0], versions[1]))
    found = differences.between(before, after)
    if as_json:
        sides = {"from": before.get("version"), "to": after.get("version")}
        print_json({**sides, "changes": differences.document(found)})
        return
    for line in differences.lines(found):
        print_line(line)
    if not found:
        print_line(f"{before.get('version')} and {after.get('version')} of {app} are the same.")


def _take(arguments: tuple[str, ...], app_option: str | None) -> tuple[str, list[str | None]]:
    """Find the app and the versions; the second is None where it is the current one."""
    app_first = app_option is None and bool(arguments) and not config_version.may_be_version(arguments[0])
    app_first = app_first or (app_option is None and len(arguments) == 3)
    operands = min(2, len(arguments) - app_first)
    taken = take(arguments, app_option, operands=operands)
    if not taken.rest:
        raise UsageError("VERSION is missing.", "pvdify config:versions lists an app's config versions.")
    versions = [config_version.parse(text) for text in taken.rest]
    return required(taken.app), [*versions, None]


def _read(client: Client, app: str, version: str | None) -> Json:
    if version is None:
        return client.get("apps", app, "config")
    return client.get("apps", app, "config", "versions", version)

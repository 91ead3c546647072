"""`pvdify releases:diff`."""

from __future__ import annotations

import click

from pvdify.api.client import Client, Json
from pvdify.arguments import release_version
from pvdify.arguments.app_argument import app_argument, take
from pvdify.arguments.app_resolution import required
from pvdify.command import Command, json_option
from pvdify.config import differences
from pvdify.display import release_differences
from pvdify.display.output import print_json, print_line
from pvdify.errors import UsageError


@click.command(
    "releases:diff",
    cls=Command,
    examples=("pvdify releases:diff myapp 40 41", "pvdify releases:diff -a myapp 40 41"),
)
@app_argument("[APP] VERSION VERSION")
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """Show what differs between two releases of an app.

    It compares image, digest, config, processes, container port and health check. Of config, + is a key that is
    new, - one that is gone, ~ one whose value changed. Of a secret it shows that it changed, and not its value.
    """
    taken = take(arguments, app_option, operands=2)
    if len(taken.rest) < 2:
        raise UsageError("Two VERSIONs are asked for.", "pvdify releases lists an app's releases.")
    versions = [release_version.parse(text) for text in taken.rest]
    app = required(taken.app)
    client = Client.from_environment()
    before, after = (client.get("apps", app, "releases", version) for version in versions)
    config = differences.between(*(_config(client, release) for release in (before, after)))
    found = release_differences.between(before, after)
    if as_json:
        sides = {"from": before["version"], "to": after["version"]}
        print_json({**sides, "changes": found, "config": differences.document(config)})
        return
    for line in [*release_differences.lines(found), *(f"  {line}" for line in differences.lines(config))]:
        print_line(line)
    if not found and not config:
        print_line(f"Releases {before['version']} and {after['version']} of {app} are the same.")


def _config(client: Client, release: Json) -> Json:
    """Give the config that a release runs with; its secrets are those it recorded."""
    if release.get("config_version") is None:
        return {}
    config = client.get("apps", release["app"], "config", "versions", release["config_version"])
    secrets = {key: secret["version"] for key, secret in (release.get("secrets") or {}).items()}
    return {**config, "secrets": secrets}

"""`pvdify releases:info`."""

from __future__ import annotations

import click

from pvdify.api.client import Client, Json
from pvdify.arguments import processes, release_version
from pvdify.arguments.app_argument import app_argument, take
from pvdify.arguments.app_resolution import required
from pvdify.command import Command, json_option
from pvdify.display.output import print_fields, print_json
from pvdify.display.reason import lines
from pvdify.display.text import moment
from pvdify.errors import UsageError


@click.command(
    "releases:info",
    cls=Command,
    examples=("pvdify releases:info myapp 43", "pvdify releases:info -a myapp 43"),
)
@app_argument("[APP] VERSION")
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """Show a release; when it failed, with the reason."""
    taken = take(arguments, app_option, operands=1)
    if not taken.rest:
        raise UsageError("VERSION is missing.", "pvdify releases lists an app's releases.")
    version = release_version.parse(taken.rest[0])
    release = Client.from_environment().get("apps", required(taken.app), "releases", version)
    if as_json:
        print_json(release)
    else:
        _print_release(release)


def _print_release(release: Json) -> None:
    print_fields(
        [
            ("app", release.get("app")),
            ("release", release.get("version")),
            ("status", release.get("status")),
            ("image", release.get("image")),
            ("digest", release.get("digest")),
            ("rollback of", release.get("rollback_of")),
            ("processes", processes.shown(release.get("processes"))),
            ("container port", release.get("container_port")),
            ("health check", release.get("healthcheck") or "TCP connect"),
            ("config", release.get("config_version")),
            ("secrets", sorted(release.get("secrets") or {})),
            ("operation", release.get("operation")),
            ("created", moment(release.get("created_at"))),
            ("created by", release.get("created_by")),
            ("finished", moment(release.get("finished_at"))),
        ]
    )
    if release.get("reason"):
        click.echo()
        for line in lines(f"Release {release.get('version')} failed.", release["reason"]):
            click.echo(line)

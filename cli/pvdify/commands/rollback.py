"""`pvdify rollback`."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client
from pvdify.arguments import release_version
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option, no_wait_option


@click.command(
    "rollback",
    cls=Command,
    examples=(
        "pvdify rollback myapp",
        "pvdify rollback myapp --version 41",
        "pvdify rollback myapp --code-only",
    ),
)
@app_argument()
@click.option(
    "--version",
    type=release_version.parse,
    metavar="N",
    help="The release to go back to [the one live before this].",
)
@click.option("--code-only", is_flag=True, help="Keep today's config, and go back with the rest alone.")
@no_wait_option
@json_option
def command(
    arguments: tuple[str, ...],
    app_option: str | None,
    version: int | None,
    code_only: bool,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Go back to an earlier release.

    It becomes a new release with the earlier one's image, commands, health check, config and secrets; with
    --code-only, today's config and secrets stay. Ctrl-C leaves it running.
    """
    app = take_app(arguments, app_option)
    client = Client.from_environment()
    body: dict[str, object] = {} if version is None else {"version": version}
    if code_only:
        body["code_only"] = True
    accepted = client.post("apps", app, "rollback", body=body)
    outcome.release(client, accepted, "rollback", no_wait=no_wait, as_json=as_json)

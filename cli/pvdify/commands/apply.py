"""`pvdify apply`."""

from __future__ import annotations

import click

from pvdify import change, domain_changes
from pvdify.api.client import Client, Json, Tagged
from pvdify.api.follow import CLOSED
from pvdify.command import Command, json_option, no_wait_option
from pvdify.declared import app_file, asking, differences, next_command, slot
from pvdify.declared.differences import Difference
from pvdify.display.output import print_json, print_line
from pvdify.display.text import named
from pvdify.errors import PvdifyError

# What brings new resources, and what brings new domains; None where nothing does.
_Operations = tuple[Json | None, Json | None]


@click.command(
    "apply",
    cls=Command,
    examples=(
        "pvdify apply -f app.yaml",
        "pvdify apply -f app.yaml --yes",
        "pvdify apply -f - --yes < app.yaml",
    ),
)
@click.option(
    "-f", "--file", "file", metavar="FILE", required=True, help="The app's file; - is the standard input."
)
@click.option("-y", "--yes", is_flag=True, help="Don't ask; needed where there is no terminal to ask on.")
@no_wait_option
@json_option
def command(file: str, yes: bool, no_wait: bool, as_json: bool) -> None:
    """Make an app match its file: create it, or change it.

    The file is YAML (or JSON) with the whole definition: name, environment, host, image, processes, bind_port,
    container_port, domains, resources, healthcheck. What it leaves out has its default, but host, bind_port and domains
    stay. The difference is shown before anything is changed; limits that an operation is still bringing count as
    there.

    Nothing is deployed: the next deploy takes the changes over, and apply says how to have it. But new resources
    restart what runs at once, one instance at a time, and domains are added and taken away at once; Ctrl-C leaves that
    running.
    """
    wanted = app_file.read(file)
    client = Client.from_environment()
    current = _current(client, wanted.name)
    app = _with_coming_limits(client, current.content) if current else None
    settled = slot.settled(wanted.definition, app)
    changes = differences.between(slot.of_app(app) if app else slot.NOTHING, settled)
    if wanted.has_history:
        click.echo("Note: env_versions is history; pvdify config:set changes config vars.", err=True)
    if current is not None and not changes:
        _tell_unchanged(client, current.content, as_json=as_json)
        return
    asking.show(wanted.name, changes, new=app is None, as_json=as_json)
    asking.confirm(file, yes=yes)
    tag = current.tag if current else None
    accepted, number = client.declare("apps", wanted.name, body=wanted.definition, tag=tag)
    moving = _moving(client, wanted.name, changes)
    number = None if moving is not None and number == moving["id"] else number
    applied, operation = change.see_through(client, accepted, number, no_wait=no_wait, as_json=as_json)
    if moving is not None:
        applied, moving = change.see_domains(client, applied, moving, no_wait=no_wait, as_json=as_json)
    _tell(applied, changes, (operation, moving), new=app is None, as_json=as_json)
    change.close(operation, as_json=as_json)
    change.close(moving, as_json=as_json)


def _current(client: Client, name: str) -> Tagged | None:
    try:
        return client.get_tagged("apps", name)
    except PvdifyError as problem:
        if problem.code == "app_not_found":
            return None
        raise


def _moving(client: Client, name: str, changes: list[Difference]) -> Json | None:
    """Find the operation that brings the app's domains, if they are others now."""
    if not any(difference.field == "domains" for difference in changes):
        return None
    return next((operation for operation in _newest(client, name) if operation["kind"] == "domains"), None)


def _with_coming_limits(client: Client, app: Json) -> Json:
    """Give the app with the limits that it has once the operations have ended that are still bringing other ones."""
    limits = dict(app["resources"])
    for operation in reversed(_newest(client, app["name"])):
        if operation["kind"] == "resources" and operation["status"] not in CLOSED:
            limits |= operation["arguments"]["resources"]
    return {**app, "resources": limits}


def _newest(client: Client, name: str) -> list[Json]:
    return client.list("operations", query={"app": name}, limit=10)


def _tell_unchanged(client: Client, app: Json, *, as_json: bool) -> None:
    failed = domain_changes.failed_of(client, app["name"]) if app.get("domains") else []
    if as_json:
        print_json(_document(app, [], (None, None), new=False))
    else:
        print_line(f"Nothing to change: {app['name']} is what its file says.")
    if failed:
        click.echo(
            f"Note: failed, and not tried again by this: {named(failed)}.\nNext:  pvdify domains {app['name']} says "
            "why; domains:add tries again, and domains:remove lets one go.",
            err=True,
        )


def _tell(app: Json, changes: list[Difference], operations: _Operations, *, new: bool, as_json: bool) -> None:
    if as_json:
        print_json(_document(app, changes, operations, new=new))
        return
    if new:
        print_line(
            f"App {app['name']} created: {app['environment']}, port {app['bind_port']} of {app['host']}."
        )
    else:
        print_line(f"App {app['name']} changed.")
    command_line = next_command.after(app, changes)
    if command_line:
        print_line(f"Next: {command_line}")


def _document(app: Json, changes: list[Difference], operations: _Operations, *, new: bool) -> Json:
    told = dict(zip(("operation", "domains_operation"), operations, strict=True))
    return {"app": app, "created": new, "changes": differences.document(changes), **told}

"""Changes an app's settings; where they mean a restart of what runs, sees it through."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client, Json
from pvdify.display.output import print_line
from pvdify.errors import ExitCode


def change(
    client: Client, name: str, body: Json, *, no_wait: bool, as_json: bool
) -> tuple[Json, Json | None]:
    """Change an app; give it as it is then, and the operation that this took, if it took one."""
    app, number = client.patch("apps", name, body=body)
    return see_through(client, app, number, no_wait=no_wait, as_json=as_json)


def see_through(
    client: Client, app: Json, number: int | None, *, no_wait: bool, as_json: bool
) -> tuple[Json, Json | None]:
    """Follow the operation of an accepted change, if it took one; give the app as it is then, and the operation."""
    if number is None:
        return app, None
    name = app["name"]
    if not as_json:
        print_line(f"Restarting {name} with its new resources: operation {number}")
    if no_wait:
        return app, client.get("operations", number)
    ended = outcome.wait(client, number, "resources", as_json=as_json)
    return client.get("apps", name), ended


def see_domains(
    client: Client, app: Json, operation: Json, *, no_wait: bool, as_json: bool
) -> tuple[Json, Json]:
    """Follow the operation that brings an app's domains; give the app as it is then, and the operation."""
    if not as_json:
        print_line(f"Bringing the domains of {app['name']}: operation {operation['id']}")
    if no_wait:
        return app, operation
    ended = outcome.wait(client, operation["id"], "domains", as_json=as_json)
    return client.get("apps", app["name"]), ended


def document(fields: Json, operation: Json | None) -> Json:
    """Give what --json prints: the fields, and the operation where there was one."""
    return fields if operation is None else {**fields, "operation": operation}


def close(operation: Json | None, *, as_json: bool) -> None:
    """Tell how the operation stands, if there was one, and exit with 1 when it failed."""
    if operation is None:
        return
    if not as_json:
        outcome.tell(operation)
    if outcome.failed(operation):
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))

"""Waits for an operation a command has started, and tells how it ended."""

from __future__ import annotations

import sys
from typing import NamedTuple

import click

from pvdify.api.client import Client, Json
from pvdify.api.follow import CLOSED, Follower
from pvdify.display.output import print_json, print_line
from pvdify.display.progress import progress
from pvdify.display.reason import print_reason
from pvdify.errors import ExitCode, PvdifyError


def wait(client: Client, operation: int, kind: str, *, as_json: bool) -> Json:
    """Follow an operation to its end, showing its phases, and give it as it ended.

    With `as_json` the progress goes to standard error, so that standard output holds JSON alone.

    Raises:
        PvdifyError: The server can't be asked any more, or Ctrl-C. The operation goes on.
    """
    try:
        with progress(kind, sys.stderr if as_json else sys.stdout) as display:
            follower = Follower(
                client, operation, lambda text: display.show({"type": "note", "message": text})
            )
            for event in follower.events():
                display.show(event)
            return follower.closed()
    except KeyboardInterrupt:
        raise PvdifyError(
            f"Interrupted. Operation {operation} goes on.",
            f"pvdify operations:info {operation} --follow",
            exit_code=ExitCode.INTERRUPTED,
        ) from None
    except PvdifyError as error:
        error.next_step = f"Operation {operation} goes on: pvdify operations:info {operation} --follow"
        raise


class Settled(NamedTuple):
    """A release and its operation, as they ended."""

    release: Json
    operation: Json


def release(client: Client, accepted: Json, kind: str, *, no_wait: bool, as_json: bool) -> None:
    """See a release through that the server has accepted, and exit with the code of its outcome."""
    app, version, number = accepted["app"], accepted["version"], accepted["operation"]
    if not as_json:
        print_line(f"{_doing(accepted)}: release {version}, operation {number}")
    if no_wait:
        if as_json:
            print_json({"release": accepted, "operation": client.get("operations", number)})
        else:
            print_line(follow_hint(number))
        return
    settled = settle(client, app, version, number, kind, as_json=as_json)
    if as_json:
        print_json(settled._asdict())
    else:
        tell_release(settled)
    if failed(settled.operation):
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))


def settle(client: Client, app: str, version: int, number: int, kind: str, *, as_json: bool) -> Settled:
    """Follow a release's operation to its end, showing its phases."""
    ended = wait(client, number, kind, as_json=as_json)
    return Settled(client.get("apps", app, "releases", version), ended)


def tell_release(settled: Settled) -> None:
    """Print how a release ended, and its reason when it failed."""
    release, ended = settled
    name = f"Release {release['version']} of {release['app']}"
    if failed(ended):
        print_reason(f"{name} {ended['status']}.", release.get("reason") or ended.get("error"))
    else:
        print_line(f"{name} is {release['status']}.")


def operation(client: Client, accepted: Json, doing: str, *, no_wait: bool, as_json: bool) -> None:
    """See an operation through that the server has accepted, and exit with the code of its outcome.

    Args:
        client: The server.
        accepted: The operation, as the server answered it.
        doing: What it does, for people, as in `Restarting web of myapp`.
        no_wait: Return at once.
        as_json: Print the operation as it ended, or as it was accepted.
    """
    if not as_json:
        print_line(f"{doing}: operation {accepted['id']}")
    if no_wait:
        print_accepted(accepted, as_json=as_json)
        return
    ended = wait(client, accepted["id"], accepted["kind"], as_json=as_json)
    if as_json:
        print_json(ended)
    else:
        tell(ended)
    if failed(ended):
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))


def _doing(accepted: Json) -> str:
    if accepted.get("rollback_of"):
        config = f", config {accepted['config_version']}" if accepted.get("config_version") else ""
        return f"Rolling {accepted['app']} back to release {accepted['rollback_of']}{config}"
    return f"Deploying {accepted['image']} to {accepted['app']}"


def print_accepted(operation: Json, *, as_json: bool) -> None:
    """Print an operation that is not waited for, and how to follow it."""
    if as_json:
        print_json(operation)
    else:
        print_line(follow_hint(operation["id"]))


def follow_hint(operation: int) -> str:
    """Give the line that says how to follow an operation."""
    return f"Accepted. Follow it with: pvdify operations:info {operation} --follow"


def failed(operation: Json) -> bool:
    """Tell whether an operation has ended other than well."""
    return operation["status"] in CLOSED and operation["status"] != "succeeded"


def tell(operation: Json) -> None:
    """Print how an operation stands: how it ended, its reason when it failed, else how to follow it."""
    if operation["status"] not in CLOSED:
        print_line(follow_hint(operation["id"]))
        return
    title = (
        f"Operation {operation['id']} ({operation['kind']} of {subject(operation)}) {operation['status']}."
    )
    if failed(operation):
        print_reason(title, operation.get("error"))
    else:
        print_line(title)


def subject(operation: Json) -> str:
    """Give what an operation is about: its app, or the host where it is about the whole of one."""
    if operation.get("app") is not None:
        return str(operation["app"])
    return f"host {(operation.get('arguments') or {}).get('host')}"

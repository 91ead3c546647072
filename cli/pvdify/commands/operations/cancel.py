"""`pvdify operations:cancel`."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client, Json
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.output import print_json, print_line
from pvdify.errors import ExitCode


@click.command(
    "operations:cancel",
    cls=Command,
    examples=("pvdify operations:cancel 17", "pvdify operations:cancel 17 --no-wait"),
)
@click.argument("operation", metavar="ID", type=click.IntRange(min=1))
@no_wait_option
@json_option
def command(operation: int, no_wait: bool, as_json: bool) -> None:
    """Cancel an operation, and wait for what becomes of it.

    One that waits never starts; of one that runs, what it has done is taken back. A deploy can be cancelled
    until the switch. The exit code is 0 when it was cancelled, and 1 when it ended otherwise before that.
    """
    client = Client.from_environment()
    asked = client.post("operations", operation, "cancel", body={})
    if no_wait:
        outcome.print_accepted(asked, as_json=as_json)
        return
    if not as_json:
        print_line(f"Cancelling operation {operation} ({asked['kind']} of {outcome.subject(asked)})")
    ended = outcome.wait(client, operation, asked["kind"], as_json=as_json)
    if as_json:
        print_json(ended)
    else:
        _tell(ended)
    if ended["status"] != "cancelled":
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))


def _tell(ended: Json) -> None:
    if ended["status"] == "cancelled":
        print_line(f"Operation {ended['id']} ({ended['kind']} of {outcome.subject(ended)}) was cancelled.")
        return
    click.echo(f"Too late: operation {ended['id']} ended before it could be cancelled.", err=True)
    outcome.tell(ended)

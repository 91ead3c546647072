"""`pvdify operations:info`."""

from __future__ import annotations

import sys

import click

from pvdify import outcome
from pvdify.api.client import Client, Json
from pvdify.api.follow import CLOSED, Follower
from pvdify.command import Command, json_option
from pvdify.display.output import print_fields, print_json
from pvdify.display.progress import event_line
from pvdify.display.text import moment, visible
from pvdify.errors import ExitCode


@click.command(
    "operations:info",
    cls=Command,
    examples=("pvdify operations:info 17", "pvdify operations:info 17 --follow"),
)
@click.argument("operation", metavar="ID", type=click.IntRange(min=1))
@click.option("--follow", "following", is_flag=True, help="Go on with its events until it ends.")
@json_option
def command(operation: int, following: bool, as_json: bool) -> None:
    """Show an operation and its events.

    With --follow the events come as they happen, and the exit code tells how it ended. With --follow --json
    each event is one line of JSON.
    """
    client = Client.from_environment()
    document = client.get("operations", operation)
    if not following:
        _print_operation(document, client.list("operations", operation, "events"), as_json=as_json)
        return
    ended = _follow_json(client, operation) if as_json else _follow(client, document)
    if outcome.failed(ended):
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))


def _print_operation(document: Json, events: list[Json], *, as_json: bool) -> None:
    if as_json:
        print_json({**document, "events": events})
        return
    print_fields(
        [
            ("operation", document.get("id")),
            ("kind", document.get("kind")),
            ("app", document.get("app")),
            ("release", document.get("release")),
            ("arguments", document.get("arguments")),
            ("status", _status(document)),
            ("created", moment(document.get("created_at"))),
            ("created by", document.get("created_by")),
            ("started", moment(document.get("started_at"))),
            ("finished", moment(document.get("finished_at"))),
        ]
    )
    click.echo()
    for event in events:
        click.echo(event_line(event))
    sys.stdout.flush()
    if outcome.failed(document):
        outcome.tell(document)


def _status(document: Json) -> str:
    asked = document.get("cancel_requested") and document.get("status") not in CLOSED
    return f"{document.get('status')}, to be cancelled" if asked else str(document.get("status"))


def _follow(client: Client, document: Json) -> Json:
    ended = outcome.wait(client, document["id"], document["kind"], as_json=False)
    outcome.tell(ended)
    return ended


def _follow_json(client: Client, operation: int) -> Json:
    follower = Follower(client, operation, lambda text: click.echo(visible(text), err=True))
    for event in follower.events():
        print_json(event, one_line=True)
        sys.stdout.flush()
    return follower.closed()

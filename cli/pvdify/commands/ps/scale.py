"""`pvdify ps:scale`."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client, Json
from pvdify.arguments import formation
from pvdify.arguments.app_argument import app_argument, take
from pvdify.arguments.app_resolution import may_be_name, required
from pvdify.command import Command, json_option, no_wait_option
from pvdify.display.output import print_json, print_table


@click.command(
    "ps:scale",
    cls=Command,
    examples=("pvdify ps:scale myapp web=2 worker=0", "pvdify ps:scale web=2", "pvdify ps:scale myapp"),
)
@app_argument("[APP] [TYPE=N]...")
@no_wait_option
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, no_wait: bool, as_json: bool) -> None:
    """Change how many of each process type run, or show it.

    N is from 0 to 100; a type that is not named stays as it is, and one that was stopped is started. The
    release stays too, but an app that was stopped as a whole starts with the config it has by now. New
    instances get traffic once they are healthy, and leaving ones finish theirs first. Without any TYPE=N it
    shows what the app has. Ctrl-C leaves it running.
    """
    app_first = app_option is None and bool(arguments) and may_be_name(arguments[0])
    taken = take(arguments, app_option, operands=len(arguments) - app_first)
    counts = formation.parse(taken.rest, arguments)
    app = required(taken.app)
    client = Client.from_environment()
    if not counts:
        _print_formation(client.get("apps", app), as_json=as_json)
        return
    accepted = client.post("apps", app, "ps", "scale", body={"processes": counts})
    doing = f"Scaling {app} to {formation.shown(counts)}"
    outcome.operation(client, accepted, doing, no_wait=no_wait, as_json=as_json)


def _print_formation(app: Json, *, as_json: bool) -> None:
    processes, stopped = app.get("processes") or {}, app.get("stopped") or []
    if as_json:
        print_json({"processes": processes, "stopped": stopped})
        return
    print_table(
        ("PROCESS", "COUNT", "STATE", "OVERLAP", "COMMAND"),
        [
            [
                name,
                process.get("count"),
                "stopped" if name in stopped else "",
                process.get("overlap"),
                process.get("command") or "the image's",
            ]
            for name, process in processes.items()
        ],
        when_empty="No process types.",
    )

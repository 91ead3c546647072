"""`pvdify ps:restart`."""

from __future__ import annotations

import click

from pvdify import outcome
from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument
from pvdify.arguments.process_argument import take_process
from pvdify.command import Command, json_option, no_wait_option


@click.command(
    "ps:restart",
    cls=Command,
    examples=("pvdify ps:restart myapp", "pvdify ps:restart myapp worker", "pvdify ps:restart web.1"),
)
@app_argument("[APP] [TYPE|TYPE.N]")
@no_wait_option
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, no_wait: bool, as_json: bool) -> None:
    """Restart an app, a process type of it, or one instance.

    It goes one instance at a time, behind a drain; where there is only one, a second one is started first. Where
    -a, PVDIFY_APP or a .pvdify file names the app, a lone argument is the process. Ctrl-C leaves it running.
    """
    app, process = take_process(arguments, app_option)
    client = Client.from_environment()
    body: dict[str, object] = {}
    if process is not None:
        body["process"] = process.process
        if process.instance is not None:
            body["instance"] = process.instance
    accepted = client.post("apps", app, "ps", "restart", body=body)
    doing = f"Restarting {app if process is None else f'{process} of {app}'}"
    outcome.operation(client, accepted, doing, no_wait=no_wait, as_json=as_json)

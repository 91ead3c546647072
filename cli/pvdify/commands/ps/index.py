"""`pvdify ps`."""

from __future__ import annotations

from typing import Any

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_line, print_table
from pvdify.display.text import moment, percent, size, word


@click.command("ps", cls=Command, examples=("pvdify ps myapp", "pvdify ps myapp --json"))
@app_argument()
@json_option
def command(arguments: tuple[str, ...], app_option: str | None, as_json: bool) -> None:
    """List an app's running instances, as its host sees them now.

    MEMORY is what an instance has now, in powers of 1024; CPU is what it uses of one CPU. Below stands why an
    instance is not healthy, and what happens next.
    """
    app = take_app(arguments, app_option)
    instances = Client.from_environment().list("apps", app, "ps")
    if as_json:
        print_json(instances)
        return
    print_table(
        ("PROCESS", "RELEASE", "ROLE", "STATE", "SINCE", "RESTARTS", "MEMORY", "CPU"),
        map(_row, instances),
        when_empty=f"Nothing of {app} is running. pvdify deploy {app} or pvdify ps:start {app} starts it.",
    )
    reasons = [instance for instance in instances if instance.get("reason")]
    if reasons:
        click.echo()
    for instance in reasons:
        print_line(
            f"{_name(instance)} of release {word(instance.get('release'))}: {word(instance['reason'])}"
        )


def _row(instance: dict[str, Any]) -> list[Any]:
    return [
        _name(instance),
        instance.get("release"),
        instance.get("role"),
        instance.get("state"),
        moment(instance.get("since")),
        instance.get("restarts"),
        size(instance.get("memory")),
        percent(instance.get("cpu")),
    ]


def _name(instance: dict[str, Any]) -> str:
    return f"{word(instance.get('process'))}.{word(instance.get('instance'))}"

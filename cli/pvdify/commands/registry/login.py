"""`pvdify registry:login`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_resolution import checked
from pvdify.arguments.registry_host import take_registry
from pvdify.command import Command, json_option
from pvdify.config import asking, texts
from pvdify.display.output import print_json, print_line
from pvdify.display.terminal import input_is_terminal
from pvdify.display.text import word
from pvdify.errors import UsageError


@click.command(
    "registry:login",
    cls=Command,
    examples=(
        "pvdify registry:login ghcr.io --username acme",
        "pvdify registry:login ghcr.io --username acme --password-stdin < token.txt",
        "pvdify registry:login registry.example.com:5000 --username acme -a myapp",
    ),
)
@click.argument("arguments", nargs=-1, metavar="HOST")
@click.option(
    "-u", "--username", required=True, metavar="NAME", help="The account, as the registry knows it."
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password or token from standard input [ask for it]."
)
@click.option("-a", "--app", "app", metavar="APP", help="For this app alone [for every app].")
@json_option
def command(
    arguments: tuple[str, ...], username: str, password_stdin: bool, app: str | None, as_json: bool
) -> None:
    """Have images pulled from a private registry.

    The password or token is encrypted at once, so that the hosts alone can read it, and used at the next pull: the
    registry is not asked before. It replaces the one before. Where an app has a credential of its own, that counts.
    PVDIFY_APP and .pvdify don't matter here.
    """
    registry = take_registry(arguments)
    body = {"username": texts.of_argument(username, "--username")}
    if app is not None:
        body["app"] = checked(app, "--app")
    body["password"] = _piped() if password_stdin else _asked(registry)
    entry = Client.from_environment().put("registries", registry, body=body)
    if as_json:
        print_json(entry)
        return
    whom = f"app {word(entry['app'])}" if entry.get("app") else "every app"
    print_line(
        f"{word(entry.get('registry'))} as {word(entry.get('username'))} for {whom}: at the next pull."
    )


def _piped() -> str:
    text = texts.of_standard_input()
    password = text.removesuffix("\n").removesuffix("\r")
    if not password:
        raise UsageError("The standard input has no password.", "Pipe it in: … --password-stdin < token.txt")
    return password


def _asked(registry: str) -> str:
    if not input_is_terminal():
        raise UsageError(
            "There is no terminal to ask for the password on.", "Pipe it in with --password-stdin."
        )
    question, instead = f"Password or token for {registry} (not shown)", "Pipe it in with --password-stdin."
    while not (password := asking.ask(question, "The password", hidden=True, instead=instead)):
        pass
    return password

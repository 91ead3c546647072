"""`pvdify registry:login`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments import secret_input
from pvdify.arguments.app_argument import of_one_app
from pvdify.arguments.app_resolution import checked
from pvdify.arguments.registry_host import take_registry
from pvdify.command import Command, json_option
from pvdify.config import texts
from pvdify.display.output import print_json, print_line
from pvdify.display.text import word


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
@of_one_app("For this app alone [for every app].")
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
    body["password"] = _password(registry, piped=password_stdin)
    entry = Client.from_environment().put("registries", registry, body=body)
    if as_json:
        print_json(entry)
        return
    whom = f"app {word(entry['app'])}" if entry.get("app") else "every app"
    print_line(
        f"{word(entry.get('registry'))} as {word(entry.get('username'))} for {whom}: at the next pull."
    )


def _password(registry: str, *, piped: bool) -> str:
    if piped:
        return secret_input.piped("password", "--password-stdin")
    return secret_input.asked("password", f"Password or token for {registry}", "--password-stdin")

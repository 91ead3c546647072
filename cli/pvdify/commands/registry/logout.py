"""`pvdify registry:logout`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import of_one_app
from pvdify.arguments.app_resolution import checked
from pvdify.arguments.registry_host import take_registry
from pvdify.command import Command, json_option
from pvdify.display.output import print_json, print_line


@click.command(
    "registry:logout",
    cls=Command,
    examples=("pvdify registry:logout ghcr.io", "pvdify registry:logout registry.example.com:5000 -a myapp"),
)
@click.argument("arguments", nargs=-1, metavar="HOST")
@of_one_app("The app's own credential [the one of every app].")
@json_option
def command(arguments: tuple[str, ...], app: str | None, as_json: bool) -> None:
    """Forget the credential for a registry.

    What runs goes on; an image of it that is not on the host yet can't be pulled any more. PVDIFY_APP and .pvdify
    don't matter here.
    """
    registry = take_registry(arguments)
    query = {} if app is None else {"app": checked(app, "--app")}
    Client.from_environment().remove("registries", registry, query=query)
    if as_json:
        print_json({"registry": registry, "app": app})
    else:
        print_line(f"The credential for {registry} of {f'app {app}' if app else 'every app'} is forgotten.")

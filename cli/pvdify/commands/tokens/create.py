"""`pvdify tokens:create`."""

from __future__ import annotations

import click

from pvdify.access import signed_in
from pvdify.api.client import Client, Json
from pvdify.arguments.app_resolution import checked
from pvdify.command import Command, json_option
from pvdify.completion.app_names import complete_app
from pvdify.display.output import print_json, print_line
from pvdify.display.text import visible, word
from pvdify.errors import PvdifyError, UnreachableError


@click.command(
    "tokens:create",
    cls=Command,
    examples=(
        "pvdify tokens:create ci --scope deploy --app myapp --app myapp-staging",
        "pvdify tokens:create dashboard --scope read --expires never",
        "pvdify tokens:create ci --scope deploy --quiet > token.txt",
    ),
)
@click.argument("name")
@click.option(
    "--scope",
    required=True,
    type=click.Choice(["read", "deploy", "admin"]),
    help="read: see; deploy: also change what runs; admin: everything.",
)
@click.option(
    "-a",
    "--app",
    "apps",
    multiple=True,
    metavar="APP",
    shell_complete=complete_app,
    help="For this app alone; repeat it for more [every app].",
)
@click.option("--expires", metavar="TIME", help="How long it holds, as in 30d, or never [90d].")
@click.option("-q", "--quiet", is_flag=True, help="Print the token alone.")
@json_option
def command(
    name: str, scope: str, apps: tuple[str, ...], expires: str | None, quiet: bool, as_json: bool
) -> None:
    """Make a token.

    It is shown this once: the server keeps its hash alone. One for named apps sees and changes those, and nothing
    that belongs to no app. It needs a token with the scope admin.
    """
    body: Json = {"name": name, "scope": scope}
    if apps:
        body["apps"] = [checked(app, "--app") for app in apps]
    if expires is not None:
        body["expires_in"] = expires
    made = _make(name, body)
    if as_json:
        print_json(made)
        return
    if not quiet:
        about = f"scope {word(made.get('scope'))}, {signed_in.apps(made)}, expires: {signed_in.expiry(made)}"
        click.echo(visible(f"Token {word(made.get('name'))}: {about}. It is shown this once:"), err=True)
    print_line(word(made.get("token")))


def _make(name: str, body: Json) -> Json:
    try:
        # Sent again with the same key, it would be refused: the answer with the token is kept nowhere.
        return Client.from_environment().post_unrepeated("tokens", body=body)
    except UnreachableError as error:
        if error.maybe_sent:
            error.next_step = _perhaps_made(name)
        raise
    except PvdifyError as error:
        if error.may_pass:
            error.next_step = _perhaps_made(name)
        raise


def _perhaps_made(name: str) -> str:
    return f"It may have been made, and nobody saw it: pvdify tokens:revoke {name}, then make one of another name."

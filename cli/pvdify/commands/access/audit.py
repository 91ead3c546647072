"""`pvdify audit`."""

from __future__ import annotations

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import of_one_app
from pvdify.arguments.app_resolution import checked
from pvdify.command import Command, json_option, limit_option
from pvdify.display.output import print_json, print_table
from pvdify.display.text import moment, word

# Of what was asked for; --json has all of it.
_WIDTH = 40


@click.command(
    "audit",
    cls=Command,
    examples=("pvdify audit", "pvdify audit --app myapp --since 24h", "pvdify audit --limit 1000 --json"),
)
@of_one_app("What concerns this app [everything].")
@click.option("--since", metavar="TIME", help="Entries from then on: 24h (ago) or 2026-01-05T10:30:00Z.")
@click.option("--until", metavar="TIME", help="Entries up to then, like --since.")
@limit_option
@json_option
def command(app: str | None, since: str | None, until: str | None, limit: int, as_json: bool) -> None:
    """Show who changed what, the newest first.

    Each request that would change something has an entry, whether it was accepted or refused, and each operation has
    one for its end. No value of config and no secret is in it. It needs a token with the scope admin. On the server,
    pvdifyd audit verify tells whether an entry was changed or taken away.
    """
    wanted = {"app": None if app is None else checked(app, "--app"), "since": since, "until": until}
    query = {name: value for name, value in wanted.items() if value is not None}
    entries = Client.from_environment().list("audit", query=query, limit=limit)
    if as_json:
        print_json(entries)
        return
    print_table(
        ("TIME", "WHO", "FROM", "ACTION", "APP", "ASKED FOR", "RESULT", "OPERATION"),
        [
            [
                moment(entry.get("at")),
                entry.get("who"),
                entry.get("address"),
                entry.get("action"),
                entry.get("app"),
                _cut(word(entry.get("target"))),
                entry.get("result"),
                entry.get("operation"),
            ]
            for entry in entries
        ],
        when_empty="No entries.",
    )


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"

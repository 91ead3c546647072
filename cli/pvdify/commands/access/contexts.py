"""`pvdify contexts`."""

from __future__ import annotations

import os

import click

from pvdify.access import contexts, fingerprints, selection
from pvdify.access.contexts import Context
from pvdify.command import LocalCommand, json_option
from pvdify.display.output import print_json, print_table


@click.command("contexts", cls=LocalCommand, examples=("pvdify contexts", "pvdify contexts --json"))
@json_option
def command(as_json: bool) -> None:
    """List the servers you have signed in to.

    The current one is what commands talk to. No token is shown, only where it is kept.
    """
    known = contexts.load(os.environ)
    chosen = selection.selected(known, os.environ, None)
    if as_json:
        print_json([document(context, chosen) for context in known.by_name.values()])
        return
    print_table(
        ("", "CONTEXT", "URL", "TOKEN", "CERTIFICATE"),
        [
            [
                "*" if context == chosen else " ",
                context.name,
                context.url,
                context.token_in or "signed out",
                _certificate(context),
            ]
            for context in known.by_name.values()
        ],
        when_empty="No contexts. pvdify login --url URL makes one.",
    )


def document(context: Context, chosen: Context | None) -> dict[str, object]:
    """Give a context as --json prints it."""
    return {
        "name": context.name,
        "url": context.url,
        "current": context == chosen,
        "token_in": context.token_in or None,
        "ca_file": context.ca_file or None,
        "fingerprint": fingerprints.shown(context.fingerprint) or None,
    }


def _certificate(context: Context) -> str:
    if context.fingerprint:
        return f"pinned {fingerprints.shown(context.fingerprint)[:11]}…"
    if context.ca_file:
        return context.ca_file
    return "the system's trust" if context.url.startswith("https:") else "none: plain http"

"""Signs in: finds the server, trusts its certificate, tries the token, and keeps all of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

import click

from pvdify.access import contexts, selection, tokens, trust
from pvdify.access.contexts import Context, Contexts
from pvdify.api import settings
from pvdify.api.client import Client, Json
from pvdify.api.settings import Settings
from pvdify.errors import UsageError


class SignedIn(NamedTuple):
    """What became of it: the context, and what the server says of the token."""

    context: Context
    token: Json


def sign_in(
    *,
    url: str | None,
    name: str | None,
    ca_file: str | None,
    fingerprint: str,
    ask_token: Callable[[str], str],
) -> SignedIn:
    """Sign in, and make the server the current context.

    Args:
        url: The server's URL as it was given, if it was.
        name: The context's name, if it was given.
        ca_file: The PEM file to trust, if it was given.
        fingerprint: The fingerprint that the certificate must have; empty where none is given.
        ask_token: Gives the token for the server of a URL.

    Raises:
        PvdifyError: Something is wrong with one of them; nothing is kept then.
    """
    known = contexts.load(os.environ)
    context = _context(known, url, name)
    server = Settings(url=context.url, url_from="--url", ca_from="--ca-file", context=context.name)
    trusted = trust.establish(server, _known_of(context, ca_file), fingerprint)
    token = settings.token(ask_token(context.url), "The token")
    answer = Client(replace(trusted, token=token)).get("whoami")
    trusted_by = replace(
        context,
        ca_file=str(trusted.ca_file.absolute()) if trusted.ca_file else "",
        fingerprint=trusted.fingerprint,
    )
    return SignedIn(_keep(trusted_by, token), answer)


def _context(known: Contexts, url: str | None, name: str | None) -> Context:
    """Give the context to sign in to: the named one, or that of the URL; with the URL that was given.

    A new one that nobody named has no name yet.
    """
    named = os.environ.get("PVDIFY_CONTEXT", "").strip() if name is None else name
    if named or name is not None:
        contexts.checked_name(named, "PVDIFY_CONTEXT" if name is None else "--context")
    before = known.by_name.get(named) if named else None
    address, origin = url, "--url"
    if address is None:
        address, origin = os.environ.get("PVDIFY_URL", "").strip(), "PVDIFY_URL"
    if not address:
        chosen = before or (None if named else selection.selected(known, os.environ, None))
        address, origin = (chosen.url, f"context {chosen.name}") if chosen else (_asked(), "The URL")
    address = settings.server_url(address, origin)
    if not named:
        before = known.of_url(address)
    if before is not None and before.url == address:
        return before
    return Context(named or (before.name if before else ""), address)


def _asked() -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "No server is named, and there is no terminal to ask on.",
            "pvdify login --url https://your-server:9443",
        )
    answer: str = click.prompt("URL of the server, as in https://your-server:9443", err=True)
    return answer.strip()


def _free_name(known: Contexts, url: str) -> str:
    """Give the name for a new context: the server's host, and its port where there is one of that host."""
    parts = urlsplit(url)
    host = "".join(
        letter if letter.isalnum() or letter in ".-" else "-" for letter in parts.hostname or ""
    ).strip(".-")
    candidates = [host or "server", f"{host or 'server'}-{parts.port or 443}"]
    candidates += [f"{candidates[1]}-{number}" for number in range(2, len(known.by_name) + 3)]
    return next(name for name in candidates if name not in known.by_name)


def _known_of(context: Context, ca_file: str | None) -> trust.Known:
    for name, origin in (
        (ca_file, "--ca-file"),
        (os.environ.get("PVDIFY_CA_FILE", "").strip(), "PVDIFY_CA_FILE"),
        (context.ca_file, f"context {context.name}"),
    ):
        if name:
            return trust.Known(ca_file=settings.ca_file(name, origin))
    return trust.Known(fingerprint=context.fingerprint)


def _keep(context: Context, token: str) -> Context:
    # Read again: while a person was asked, another login may have kept its own.
    known = contexts.load(os.environ)
    if not context.name:
        same = known.of_url(context.url)
        context = replace(context, name=same.name if same else _free_name(known, context.url))
    before = known.by_name.get(context.name)
    if before is not None and before.url != context.url:
        tokens.forget(os.environ, before)
    kept = replace(context, token_in=tokens.keep(os.environ, context, token))
    known.by_name[kept.name] = kept
    known.current = kept.name
    contexts.save(os.environ, known)
    return kept

"""The options of `edge:set`, and what they make of the edge that a host has."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pvdify.errors import UsageError

Json = dict[str, Any]

_Function = TypeVar("_Function", bound=Callable[..., Any])

_MOST_BYTES = 64 * 1024

_CLOUDFLARE = ("account_id", "tunnel_id", "management", "tls", "endpoint", "metrics_port")
_INSTALL = {"install": "way", "install_version": "version", "install_url": "url", "install_sha256": "sha256"}
_FILES = ("authority_file", "credentials_file")
_CADDY = ("certificates", "email")
_OF_KIND = {"cloudflare": (*_CLOUDFLARE, *_INSTALL, *_FILES, "token_stdin"), "caddy": _CADDY, "none": ()}

_IN_FILE = {"account_id": "AccountTag", "tunnel_id": "TunnelID"}
_IN_TOKEN = {"account_id": "a", "tunnel_id": "t"}

_OPTIONS = (
    click.option("--account-id", metavar="ID", help="The Cloudflare account [that of the credentials]."),
    click.option("--tunnel-id", metavar="ID", help="The tunnel, a UUID [that of the credentials]."),
    click.option(
        "--credentials-file",
        metavar="FILE",
        help="The tunnel's credentials: what cloudflared tunnel create wrote, or a file with the tunnel's token.",
    ),
    click.option(
        "--token-stdin",
        is_flag=True,
        help="Read the API token from standard input [ask for it, where there is none yet].",
    ),
    click.option(
        "--management",
        type=click.Choice(("local", "remote")),
        help="Where the routes are kept: in a file on the host, or at Cloudflare [local].",
    ),
    click.option(
        "--tls",
        type=click.Choice(("report", "set")),
        help="What to do about a zone whose TLS mode is not Full (strict) [report].",
    ),
    click.option("--endpoint", metavar="URL", help="Cloudflare's API [the public one]."),
    click.option(
        "--authority-file",
        metavar="FILE",
        help="A certificate in PEM to trust for the endpoint beside the system's.",
    ),
    click.option(
        "--install",
        type=click.Choice(("package", "binary", "present")),
        help="How cloudflared comes to the host: from Cloudflare's packages, as a binary, or not by pvdify [package].",
    ),
    click.option("--install-version", metavar="VERSION", help="Which version [the newest]."),
    click.option("--install-url", metavar="URL", help="Where the binary is."),
    click.option("--install-sha256", metavar="HEX", help="The binary's SHA-256."),
    click.option(
        "--metrics-port", type=int, metavar="PORT", help="Where cloudflared tells how it is [2999]."
    ),
    click.option(
        "--certificates",
        type=click.Choice(("automatic", "internal")),
        help="Caddy's: public ones that it gets by itself, or those of its own authority [automatic].",
    ),
    click.option("--email", metavar="ADDRESS", help="Caddy's: where the public authority may write to."),
)


def edge_options(function: _Function) -> _Function:
    """Add the options that describe an edge."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def settings(kind: str, options: Json, before: Json | None) -> Json:
    """Give the settings of this kind: what the host has, with what was given over it.

    Args:
        kind: none, caddy or cloudflare.
        options: The options by their names.
        before: The settings that the host has of this kind, None where it has another.

    Raises:
        UsageError: An option is of another kind, or a file can't be read.
    """
    given = {name: value for name, value in options.items() if value not in (None, False)}
    for name in given:
        if name not in _OF_KIND[kind]:
            raise UsageError(
                f"--{name.replace('_', '-')} says nothing of {kind}.",
                "pvdify help edge:set tells which does.",
            )
    named = {name: given[name] for name in (*_CLOUDFLARE, *_CADDY) if name in given}
    body = {**(before or {}), **named}
    if kind == "cloudflare":
        _add_files(body, given)
        _add_install(body, given)
    return body


def _add_files(body: Json, given: Json) -> None:
    if "authority_file" in given:
        body["authority"] = _text(given["authority_file"], "--authority-file")
    if "credentials_file" in given:
        body["credentials"] = _text(given["credentials_file"], "--credentials-file").strip()
        for name, value in _named_in(body["credentials"]).items():
            # What the new credentials are for counts before what the old ones were.
            body[name] = given.get(name, value)


def _add_install(body: Json, given: Json) -> None:
    wanted = {field: given[name] for name, field in _INSTALL.items() if name in given}
    if wanted:
        # Where a binary comes from says nothing of a package.
        kept = {} if "way" in wanted else body.get("install") or {}
        body["install"] = {**kept, **wanted}


def _named_in(credentials: str) -> Json:
    """The account and the tunnel that credentials name, which are a JSON file or the tunnel's token; nothing where they
    are none: the server says so."""
    is_token = not credentials.startswith("{")
    try:
        found = json.loads(base64.b64decode(credentials, validate=True) if is_token else credentials)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    names = _IN_TOKEN if is_token else _IN_FILE
    return {name: found[key] for name, key in names.items() if isinstance(found.get(key), str)}


def _text(name: str, option: str) -> str:
    try:
        with Path(name).open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{option}: {name} can't be read: {reason}.", "Check its name.") from None
    if len(content) > _MOST_BYTES:
        raise UsageError(f"{option}: {name} has more than {_MOST_BYTES // 1024} KiB.", "Name the right file.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{option}: {name} is not text.", "Name the right file.") from None

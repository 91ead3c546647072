"""pvdifyd token"""

from __future__ import annotations

from typing import Any

import click

from pvdifyd.commands.home import open_home
from pvdifyd.models import Token, atomic
from pvdifyd.models.token import ADMIN, SCOPES
from pvdifyd.operations.audit import record
from pvdifyd.operations.tokens import revoke as revoking
from pvdifyd.operations.tokens import rules, show
from pvdifyd.operations.tokens.create import Wish
from pvdifyd.operations.tokens.create import create as create_token


@click.group()
def token() -> None:
    """Tokens that sign in to the API."""


@token.command()
@click.option(
    "--name", help="Who uses it: releases, operations and the audit log show it. [default: token-N]"
)
@click.option("--scope", type=click.Choice(SCOPES), default=ADMIN, show_default=True, help="What it may do.")
@click.option("--app", "apps", multiple=True, metavar="APP", help="An app it is for. [default: all apps]")
@click.option(
    "--expires",
    default=rules.DEFAULT_LIFETIME,
    show_default=True,
    metavar="TIME",
    help="When it ends: 90d, 12h, never.",
)
def create(name: str | None, scope: str, apps: tuple[str, ...], expires: str) -> None:
    """Print a new token. It is shown this once: only its hash is kept."""
    open_home()
    if name is not None:
        rules.check_name(name)
    wish = Wish(name, scope, rules.checked_apps(list(apps) or None), expires)
    with atomic():
        row, text = create_token(wish, record.MACHINE)
        record.by_machine("token create", described(row))
    click.echo(f"{row.name}: {_may(row)}, {_end(row)}", err=True)
    click.echo(text)


@token.command("list")
def list_tokens() -> None:
    """List the tokens: name, scope, apps, whether each signs in, its end, and its last use."""
    open_home()
    for row in show.all_tokens():
        used = f"used {row.last_used_at}" if row.last_used_at else "never used"
        click.echo("\t".join((row.name, row.scope, _apps(row), show.status(row), _end(row), used)))


@token.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Refuse a token from now on. What it began goes on."""
    open_home()
    with atomic():
        row = Token.get_or_none(Token.name == name)
        was_last = row is not None and revoking.is_last_admin(row)
        revoking.revoke(name, keep_an_admin=False)
        record.by_machine("token revoke", {"name": name})
    click.echo(f"revoked {name}")
    if was_last:
        click.echo("No token may do everything now. Make one: `pvdifyd token create`.", err=True)


def described(row: Token) -> dict[str, Any]:
    """A new token, as the audit log tells it."""
    return {"name": row.name, "scope": row.scope, "apps": row.apps, "expires_at": row.expires_at}


def _may(row: Token) -> str:
    return f"{row.scope} of {_apps(row)}"


def _apps(row: Token) -> str:
    return ", ".join(row.apps) if row.apps is not None else "all apps"


def _end(row: Token) -> str:
    return f"expires {row.expires_at}" if row.expires_at else "never expires"

"""pvdifyd token"""

from __future__ import annotations

import click
from peewee import IntegrityError

from pvdifyd import clock, tokens
from pvdifyd.commands.home import open_home
from pvdifyd.errors import ConflictError, SettingsError, shown
from pvdifyd.models import Token, atomic

NAME_LIMIT = 100


@click.group()
def token() -> None:
    """Tokens that sign in to the API."""


@token.command()
@click.option("--name", default=None, help="Who uses it: releases and operations show it. [default: token-N]")
def create(name: str | None) -> None:
    """Print a new token. It is shown this once: only its hash is kept."""
    open_home()
    if name is not None and (not name.strip() or len(name) > NAME_LIMIT or not name.isprintable()):
        raise SettingsError(f"{shown(name)} can't be a name: 1 to {NAME_LIMIT} printable characters.")
    text = tokens.new()
    with atomic():
        try:
            Token.create(name=name or _free_name(), sha256=tokens.fingerprint(text), created_at=clock.now())
        except IntegrityError:
            raise ConflictError(f"There is a token {shown(name)} already. Choose another --name.") from None
    click.echo(text)


def _free_name() -> str:
    number = Token.select().count() + 1
    while Token.get_or_none(Token.name == f"token-{number}") is not None:
        number += 1
    return f"token-{number}"

"""Making tokens."""

from __future__ import annotations

from dataclasses import dataclass

from pvdifyd import clock, tokens
from pvdifyd.errors import ConflictError
from pvdifyd.models import Token, atomic
from pvdifyd.models.token import ADMIN
from pvdifyd.operations.tokens import rules

FIRST_NAME = "admin"


@dataclass(frozen=True)
class Wish:
    """What a token shall be, every field of it within the rules. name: None to have one chosen; apps: None for all;
    lifetime: as 90d, or never."""

    name: str | None
    scope: str
    apps: list[str] | None = None
    lifetime: str = rules.DEFAULT_LIFETIME


def create(wish: Wish, created_by: str) -> tuple[Token, str]:
    """The row and the token itself, which is in no row; raises RuleError, ConflictError(token_exists)."""
    text = tokens.new()
    with atomic():
        if wish.name is not None and Token.get_or_none(Token.name == wish.name) is not None:
            raise ConflictError(
                f"There is, or was, a token {wish.name}. Choose another name: what a token did goes on naming it.",
                code="token_exists",
            )
        row = Token.create(
            name=wish.name or _free_name(),
            sha256=tokens.fingerprint(text),
            scope=wish.scope,
            apps=wish.apps,
            created_at=clock.now(),
            created_by=created_by,
            expires_at=rules.expiry(wish.lifetime),
        )
    return row, text


def create_first(created_by: str) -> tuple[Token, str] | None:
    """A token for everything, where none was ever made; a revoked one counts, and so does one that has expired."""
    with atomic():
        if Token.select().exists():
            return None
        return create(Wish(FIRST_NAME, ADMIN), created_by)


def _free_name() -> str:
    number = Token.select().count() + 1
    while Token.get_or_none(Token.name == f"token-{number}") is not None:
        number += 1
    return f"token-{number}"

"""Revoking a token: from then on it is refused, and what it began goes on."""

from __future__ import annotations

from pvdifyd import clock
from pvdifyd.errors import ConflictError, NotFoundError, shown
from pvdifyd.models import Token, atomic
from pvdifyd.models.token import ADMIN


def revoke(name: str, *, keep_an_admin: bool = True) -> Token:
    """The token, revoked; one that was before stays as it is. keep_an_admin: whether the last one is refused.

    Raises NotFoundError(token_not_found), ConflictError(last_admin_token).
    """
    with atomic():
        token = Token.get_or_none(Token.name == name)
        if token is None:
            raise NotFoundError(
                f"There is no token {shown(name)}. List them: `pvdify tokens`.", code="token_not_found"
            )
        if token.revoked_at is not None:
            return token
        if keep_an_admin and is_last_admin(token):
            raise ConflictError(
                f"{name} is the last token that may do everything. Make another one first: `pvdify tokens:create NAME "
                f"--scope admin`. Or on pvdifyd's machine: `pvdifyd token revoke {name}`.",
                code="last_admin_token",
            )
        token.revoked_at = clock.now()
        # Not the whole row: the token may be in use.
        Token.update(revoked_at=token.revoked_at).where(Token.id == token.id).execute()
        return token


def is_last_admin(token: Token) -> bool:
    """Whether this token may do everything, and no other one may."""
    usable = Token.revoked_at.is_null() & (Token.expires_at.is_null() | (Token.expires_at > clock.now()))
    admins = usable & (Token.scope == ADMIN) & Token.apps.is_null()
    return [row.id for row in Token.select(Token.id).where(admins)] == [token.id]

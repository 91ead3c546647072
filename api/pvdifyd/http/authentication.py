"""Who asks: a bearer token on every route, but for the few that tell nothing."""

from __future__ import annotations

from typing import cast

from flask import g, request

from pvdifyd import clock, models, tokens
from pvdifyd.errors import UnauthenticatedError
from pvdifyd.models import Token

# Whether the daemon lives, and its documentation: the same for everybody.
OPEN_ENDPOINTS = frozenset(
    {
        "health.Health",
        "health.Ready",
        "api-docs.openapi_json",
        "documentation.page",
        "documentation.asset",
    }
)

# Seconds between two notes of a token's use: a write for each request would serve nobody.
USE_NOTED_EVERY = 60


def authenticate() -> None:
    """Find the request's token; raises UnauthenticatedError. To be called before every request."""
    if request.endpoint not in OPEN_ENDPOINTS:
        g.token = _token_of(request.headers.get("Authorization", ""))


def caller() -> Token:
    """The token of this request."""
    return cast(Token, g.token)


def _token_of(header: str) -> Token:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer":
        raise _refused('Send "Authorization: Bearer TOKEN".')
    if not tokens.is_well_formed(text):
        raise _refused("The token is not whole: it begins with pvd_ and its last characters are a checksum.")
    models.connected()
    token = Token.get_or_none(Token.sha256 == tokens.fingerprint(text))
    if token is None:
        raise _refused("The token is not known here.")
    if token.expires_at is not None and token.expires_at <= clock.now():
        raise _refused("The token has expired.")
    _note_use(token)
    return token


def _note_use(token: Token) -> None:
    if token.last_used_at is None or token.last_used_at < clock.ago(USE_NOTED_EVERY):
        Token.update(last_used_at=clock.now()).where(Token.id == token.id).execute()


def _refused(why: str) -> UnauthenticatedError:
    return UnauthenticatedError(f"{why} Make one on the machine of pvdifyd: `pvdifyd token create`.")

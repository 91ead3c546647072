"""Who asks: a bearer token on every route, but for those that are open to all."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from pvdifyd import clock, models, tokens
from pvdifyd.errors import TooManyAttemptsError, UnauthenticatedError
from pvdifyd.http.access.declared import access_of
from pvdifyd.http.services import services
from pvdifyd.models import Token

# Seconds between two notes of a token's use: a write for each request would serve nobody.
USE_NOTED_EVERY = 60


def authenticate() -> None:
    """Find the request's token; raises UnauthenticatedError(unauthenticated, token_expired, token_revoked),
    TooManyAttemptsError(too_many_attempts). To be called before every request."""
    if not _is_open():
        g.token = _sign_in(request.headers.get("Authorization", ""), request.remote_addr or "")


def caller() -> Token:
    """The token of this request."""
    return cast(Token, g.token)


def refuse_if_revoked() -> None:
    """To be called in the transaction of a change: once a token is revoked, nothing that it asked for is committed.

    Raises UnauthenticatedError(token_revoked).
    """
    if Token.get_by_id(caller().id).revoked_at is not None:
        raise _revoked(caller())


def _is_open() -> bool:
    if request.endpoint is None:
        # Not even what addresses there are is told to everybody.
        return False
    access = access_of(current_app, request.endpoint, request.method)
    return access is not None and access.scope is None


def _sign_in(header: str, address: str) -> Token:
    limit = services().sign_ins
    seconds = limit.wait(address)
    if seconds:
        raise TooManyAttemptsError(
            f"Too many sign-ins from {address} have failed: it is let in again in {seconds} s. Until then no token "
            "from there is looked at.",
            retry_after=seconds,
        )
    try:
        return _token_of(header)
    except UnauthenticatedError:
        # Who brings nothing has not tried anything.
        if header:
            limit.failed(address)
        raise


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
    if token.revoked_at is not None:
        raise _revoked(token)
    if token.expires_at is not None and token.expires_at <= clock.now():
        raise _refused(f"The token {token.name} has expired ({token.expires_at}).", "token_expired")
    _note_use(token)
    return token


def _note_use(token: Token) -> None:
    if token.last_used_at is None or token.last_used_at < clock.ago(USE_NOTED_EVERY):
        token.last_used_at = clock.now()
        Token.update(last_used_at=token.last_used_at).where(Token.id == token.id).execute()


def _revoked(token: Token) -> UnauthenticatedError:
    return _refused(f"The token {token.name} was revoked ({token.revoked_at}).", "token_revoked")


def _refused(why: str, code: str | None = None) -> UnauthenticatedError:
    return UnauthenticatedError(
        f"{why} Have a new one made by whoever has an admin token (`pvdify tokens:create NAME --scope SCOPE`), or "
        "on the machine of pvdifyd: `pvdifyd token create`.",
        code=code,
    )

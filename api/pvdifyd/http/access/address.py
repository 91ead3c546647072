"""A token in an address: proxies, histories and logs keep addresses, so that it must count as seen."""

from __future__ import annotations

from urllib.parse import unquote_plus

from flask import request

from pvdifyd import tokens
from pvdifyd.errors import PvdifydError


def refuse_token() -> None:
    """Raises PvdifydError(token_in_url); the token is not looked at. To be called before every request."""
    query = request.query_string.decode("latin-1")
    if any(tokens.is_in(text) for text in (request.path, query, unquote_plus(query))):
        raise PvdifydError(
            "There is a token in the address of this request. Proxies, histories and logs keep addresses: revoke that "
            "token (`pvdify tokens:revoke NAME`), make another one, and send it as a header: "
            '"Authorization: Bearer TOKEN".',
            code="token_in_url",
        )

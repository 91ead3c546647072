"""Tokens as they are shown: never the token, nor its hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import ModelSelect

from pvdifyd import clock
from pvdifyd.models import Token

ACTIVE = "active"
EXPIRED = "expired"
REVOKED = "revoked"
STATUSES = (ACTIVE, EXPIRED, REVOKED)


def all_tokens() -> ModelSelect[Token]:
    """Every token there was, by name."""
    return Token.select().order_by(Token.name)


def shown(rows: Sequence[Token]) -> list[dict[str, Any]]:
    """Tokens."""
    return [
        {
            "name": row.name,
            "scope": row.scope,
            "apps": row.apps,
            "status": status(row),
            "created_at": row.created_at,
            "created_by": row.created_by or None,
            "last_used_at": row.last_used_at,
            "expires_at": row.expires_at,
            "revoked_at": row.revoked_at,
        }
        for row in rows
    ]


def status(row: Token) -> str:
    """Whether it signs in: active, expired or revoked."""
    if row.revoked_at is not None:
        return REVOKED
    return EXPIRED if row.expires_at is not None and row.expires_at <= clock.now() else ACTIVE

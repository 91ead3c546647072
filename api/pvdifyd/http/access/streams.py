"""A stream that ends when the token that opened it is revoked or expires."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeVar

from pvdifyd import clock
from pvdifyd.models import Token, connected

Part = TypeVar("Part", str, bytes)

# Seconds between two looks; a silent stream is looked after at each heartbeat.
LOOK_EVERY = 5.0


def while_signed_in(token: Token, parts: Iterator[Part]) -> Iterator[Part]:
    """The parts, as long as the token signs in."""
    looked = time.monotonic()
    for part in parts:
        if time.monotonic() - looked >= LOOK_EVERY:
            if not _signs_in(token.id):
                return
            looked = time.monotonic()
        yield part


def _signs_in(token_id: int) -> bool:
    connected()
    row = Token.get_or_none((Token.id == token_id) & Token.revoked_at.is_null())
    return row is not None and (row.expires_at is None or row.expires_at > clock.now())

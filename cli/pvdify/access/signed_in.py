"""What the server says of a token: its scope, its apps, and how long it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from pvdify.display.text import moment, visible, word

_WARN_BEFORE = timedelta(days=14)


def apps(token: dict[str, Any]) -> str:
    """Give the apps that a token is for."""
    return "every app" if token.get("apps") is None else word(token["apps"])


def expiry(token: dict[str, Any]) -> str:
    """Give the time that a token holds until."""
    return "never" if token.get("expires_at") is None else moment(token["expires_at"])


def warn(token: dict[str, Any]) -> None:
    """Say on standard error where a token holds for less than 14 days."""
    left = _left(token, datetime.now(UTC))
    if left is None or left > _WARN_BEFORE:
        return
    days = "in less than a day" if left.days < 1 else f"in {left.days} day{'s' if left.days > 1 else ''}"
    click.echo(
        visible(
            f"Warning: the token {word(token.get('token'))} expires {days}. Have another one made before "
            "(pvdify tokens:create), and sign in with it."
        ),
        err=True,
    )


def _left(token: dict[str, Any], now: datetime) -> timedelta | None:
    try:
        ends = datetime.fromisoformat(str(token.get("expires_at")))
    except ValueError:
        return None
    return (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) - now

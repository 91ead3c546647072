"""The time, as the rows and the API carry it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> str:
    """The time as RFC 3339 in UTC with milliseconds, such as 2026-01-05T10:30:00.123Z; sorts as text."""
    return written(datetime.now(UTC))


def ago(seconds: float) -> str:
    """The time that many seconds ago, written as `now` writes it."""
    return written(datetime.now(UTC) - timedelta(seconds=seconds))


def written(moment: datetime) -> str:
    """An aware moment as RFC 3339 text in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

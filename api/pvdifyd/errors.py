"""What pvdifyd refuses, and why: every refusal carries a stable code and a text that helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One field that broke one rule.

    `field` is the dotted path of the field, `value` what was sent, `rule` the rule's stable name,
    `message` the rule in words.
    """

    field: str
    value: Any
    rule: str
    message: str


class PvdifydError(Exception):
    """Something a person did or met that pvdifyd can explain; `code` is stable, `detail` is for people."""

    code = "error"

    def __init__(self, detail: str, *, code: str | None = None, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.errors = tuple(errors)


class RuleError(PvdifydError, ValueError):
    """A single value breaks a rule (`rule` is its stable name)."""

    code = "validation_failed"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class InvalidError(PvdifydError):
    """The request is well formed and breaks rules, each named in `errors`."""

    code = "validation_failed"

    @classmethod
    def field(
        cls, field: str, value: Any, rule: str, message: str, *, code: str | None = None
    ) -> InvalidError:
        """The refusal of one field."""
        return cls(message, code=code, errors=[FieldError(field, value, rule, message)])


class NotFoundError(PvdifydError):
    """The thing named does not exist."""

    code = "not_found"


class ConflictError(PvdifydError):
    """The request is valid, and the present state forbids it."""

    code = "conflict"


class UnauthenticatedError(PvdifydError):
    """No token, or one that is not valid."""

    code = "unauthenticated"


class ForbiddenError(PvdifydError):
    """The token is right, and may not do this."""

    code = "forbidden"


class TooManyError(PvdifydError):
    """Too much came from one address or token; `retry_after`: seconds until it is let in again."""

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TooManyAttemptsError(TooManyError):
    """Too many sign-ins of one address have failed."""

    code = "too_many_attempts"


class TooManyRequestsError(TooManyError):
    """One token, or one address without a token, asks too often."""

    code = "too_many_requests"


class UnavailableError(PvdifydError):
    """A part that is needed can't be reached now; trying again later may help."""

    code = "unavailable"


class SettingsError(PvdifydError):
    """An environment variable PVDIFYD_* holds what it must not."""

    code = "settings"


def app_not_found(name: str) -> NotFoundError:
    """No app has this name."""
    return NotFoundError(
        f"There is no app {shown(name)}. List the apps: `pvdify apps`.", code="app_not_found"
    )


def without_login(address: str) -> str:
    """The address without what stands before its @, where people put names and passwords: none of ours has any."""
    before, at, rest = address.rpartition("@")
    return f"…@{rest}" if before and at else address


def listed(items: Sequence[str], most: int = 5) -> str:
    """The items in a row, after so many only how many more there are: `a, b and 3 more`."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def shown(value: Any, limit: int = 80) -> str:
    """The value as a quoted text that is safe in a message: control characters escaped, long ones cut."""
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= limit else text[:limit] + "…"
    return (
        '"'
        + "".join(character if character.isprintable() else repr(character)[1:-1] for character in cut)
        + '"'
    )

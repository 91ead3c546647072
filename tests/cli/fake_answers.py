"""What the fake server answers with."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.cli.fake_log import Json


class Problem(Exception):
    """An answer of application/problem+json."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.document = {"type": "about:blank", "title": code, "status": status, "detail": detail}
        self.document |= {"code": code, "request_id": "req-1", **more}

    @classmethod
    def of_field(cls, field: str, value: Any, rule: str, message: str) -> Problem:
        """A field that breaks a rule."""
        errors = [{"field": field, "value": value, "rule": rule, "message": message}]
        return cls(422, "validation_failed", message, errors=errors)


class Answer(NamedTuple):
    """An answer: its status, its JSON (None for no content), where it points to, and its ETag."""

    status: int
    content: Any
    location: str = ""
    tag: str = ""


def accepted(operation: Json) -> Answer:
    """Answer that an operation was accepted."""
    return Answer(202, operation, f"/api/v1/operations/{operation['id']}")

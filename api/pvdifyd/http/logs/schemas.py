"""Lines of logs in JSON, and the question for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow import fields as plain

from pvdifyd import names
from pvdifyd.errors import RuleError, shown
from pvdifyd.http.body import RuleText
from pvdifyd.http.fields import text
from pvdifyd.http.logs.times import microseconds
from pvdifyd.reading.log_request import LARGEST_NUMBER, MOST_LINES, is_cursor

TRUTH = {"true": True, "1": True, "false": False, "0": False}

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class LogLineSchema(Schema):
    """A line. cursor: its place in the host's journal, to go on after; release: the newest that its units ran."""

    cursor = plain.String()
    at = plain.String(metadata={"format": "date-time"})
    process = plain.String()
    instance = plain.Integer()
    release = plain.Integer()
    message = plain.String()


class QueryNumber(plain.Integer):
    """A whole number in a range, as an address has it."""

    def __init__(self, lowest: int, highest: int, **options: Any) -> None:
        self.lowest = lowest
        self.highest = highest
        options.setdefault("metadata", {}).update(minimum=lowest, maximum=highest)
        super().__init__(**options)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str) and _NUMBER.fullmatch(value) and self.lowest <= int(value) <= self.highest:
            return int(value)
        message = f"It must be a whole number from {self.lowest} to {self.highest}."
        raise ValidationError([RuleText.of(RuleError("whole_number", message))])


class QueryTruth(plain.Boolean):
    """true or false, as an address has it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> Any:
        if value in TRUTH:
            return TRUTH[value]
        message = f"{shown(value)} is neither true nor false."
        raise ValidationError([RuleText.of(RuleError("true_or_false", message))])


class QueryTime(plain.String):
    """A time, or how long ago it was; it becomes microseconds since the epoch."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> Any:
        try:
            return microseconds(super()._deserialize(value, attr, data, **options))
        except RuleError as broken:
            raise ValidationError([RuleText.of(broken)]) from None


def check_cursor(cursor: str) -> None:
    if not is_cursor(cursor):
        raise RuleError(
            "cursor", f"{shown(cursor)} is no line's cursor, which a stream gives as its event's id."
        )


class LogQuestionSchema(Schema):
    """Which lines of an app."""

    lines = QueryNumber(
        0, MOST_LINES, load_default=100, metadata={"description": "So many of the last lines."}
    )
    follow = QueryTruth(load_default=False, metadata={"description": "And those that come, as a stream."})
    process = text(names.check_process_type, metadata={"description": "Of this process type only."})
    instance = QueryNumber(
        1, LARGEST_NUMBER, metadata={"description": "Of the instances of this number only."}
    )
    release = QueryNumber(
        1, LARGEST_NUMBER, metadata={"description": "Of the instances whose units run this release only."}
    )
    since = QueryTime(metadata={"description": "Not before: RFC 3339, or how long ago, as 1h."})
    until = QueryTime(metadata={"description": "Not after: RFC 3339, or how long ago, as 1h."})

    @validates_schema
    def _fits(self, wanted: dict[str, Any], **_: Any) -> None:
        """What is followed has no end, and what ends does so after it begins."""
        if wanted.get("follow") and "until" in wanted:
            message = "A stream that follows has no end: leave out until, or follow."
            raise ValidationError({"until": [RuleText.of(RuleError("no_end_when_following", message))]})
        if "since" in wanted and "until" in wanted and wanted["since"] > wanted["until"]:
            message = "until must not be before since."
            raise ValidationError({"until": [RuleText.of(RuleError("after_since", message))]})


class LastLineSchema(Schema):
    """The last line that a client has."""

    cursor = text(
        check_cursor,
        data_key="Last-Event-ID",
        metadata={"description": "A cursor. With follow: every line after it, instead of the last ones."},
    )

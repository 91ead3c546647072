"""What is asked of an app's processes, in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow import fields as plain

from pvdifyd import names
from pvdifyd.errors import RuleError
from pvdifyd.http.apps.schemas import COUNT_LIMIT, check_process_types
from pvdifyd.http.body import RuleText
from pvdifyd.http.fields import WholeNumber, rule, text


class ScaleSchema(Schema):
    """How many instances of each type there shall be; types that are not named keep their count."""

    processes = plain.Dict(
        keys=text(names.check_process_type),
        values=WholeNumber(0, COUNT_LIMIT),
        validate=rule(check_process_types),
        required=True,
        metadata={"examples": [{"web": 2, "worker": 0}]},
    )


class ProcessChoiceSchema(Schema):
    """A process type; without one, all of them."""

    process = text(names.check_process_type)


class RestartSchema(Schema):
    """What to restart: an instance, a process type, or (empty) all of the app."""

    process = text(names.check_process_type)
    instance = WholeNumber(1, COUNT_LIMIT)

    @validates_schema(skip_on_field_errors=True)
    def _instance_of_a_process(self, data: dict[str, Any], **_: Any) -> None:
        if "instance" in data and "process" not in data:
            broken = RuleError("required", "An instance is one of a process type: name it too, as web.")
            raise ValidationError([RuleText.of(broken)], "process")

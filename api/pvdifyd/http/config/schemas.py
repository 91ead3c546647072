"""Config vars in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow import fields as plain

from pvdifyd.errors import RuleError
from pvdifyd.http.body import RuleText
from pvdifyd.http.fields import YesNo, rule, text
from pvdifyd.http.logs.schemas import QueryTruth
from pvdifyd.operations.config import rules


def _vars(**options: Any) -> plain.Dict:
    return plain.Dict(
        keys=text(rules.check_key),
        values=text(rules.check_value, allow_none=True),
        validate=rule(rules.check_count),
        load_default=dict,
        **options,
    )


class ConfigChangeSchema(Schema):
    """A change: what is given is set, null removes it, all else stays. secrets: encrypted at once, and never shown
    again; restart: whether what runs gets it now, by a release."""

    # No refusal repeats what was sent here.
    repeats_values = False

    config = _vars(metadata={"examples": [{"LOG_LEVEL": "info", "OLD": None}]})
    secrets = _vars(metadata={"examples": [{"DATABASE_URL": "postgres://…"}]})
    message = text(rules.check_message, allow_none=True, load_default=None)
    restart = YesNo(load_default=True)

    @validates_schema(skip_on_field_errors=True)
    def _one_or_the_other(self, data: dict[str, Any], **_: Any) -> None:
        twice = sorted(data["config"].keys() & data["secrets"].keys())
        if twice:
            broken = RuleError(
                "config_or_secret", "It stands in config too: leave it in one of them, as what it shall be."
            )
            raise ValidationError({"secrets": {key: [RuleText.of(broken)] for key in twice}})


class UnsetSchema(Schema):
    """How a config var is removed."""

    repeats_values = False

    restart = QueryTruth(load_default=True)
    message = text(rules.check_message, load_default=None)


class ConfigSchema(Schema):
    """An app's config. version and what follows are null before anything was set; secrets: {key: the version that it
    was set in}."""

    version = plain.String(allow_none=True, metadata={"examples": ["v6"]})
    hash = plain.String(allow_none=True)
    message = plain.String(allow_none=True)
    created_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    created_by = plain.String(allow_none=True)
    config = plain.Dict(keys=plain.String(), values=plain.String())
    secrets = plain.Dict(keys=plain.String(), values=plain.String())


class ConfigChangedSchema(ConfigSchema):
    """The config after a change. changes: the keys that it changed; release and operation: what brings it to what
    runs, or null."""

    changes = plain.List(plain.String())
    release = plain.Integer(allow_none=True)
    operation = plain.Integer(allow_none=True)


class ConfigVersionSchema(ConfigSchema):
    """A config version. changes: the keys that it changed; current: whether the next deploy takes it."""

    changes = plain.List(plain.String())
    current = plain.Boolean()


class ConfigVersionItemSchema(Schema):
    """A config version without what it holds."""

    version = plain.String()
    created_at = plain.String(metadata={"format": "date-time"})
    created_by = plain.String()
    message = plain.String(allow_none=True)
    hash = plain.String()
    changes = plain.List(plain.String())
    current = plain.Boolean()


class ConfigKeySchema(Schema):
    """A config var. value: null of a secret, which only its host can read; version: the one a secret was set in."""

    key = plain.String()
    value = plain.String(allow_none=True)
    secret = plain.Boolean()
    version = plain.String(allow_none=True)

"""Tokens in JSON."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd.http.fields import rule, text
from pvdifyd.models.token import SCOPES
from pvdifyd.operations.tokens import rules
from pvdifyd.operations.tokens.show import STATUSES


class TokenCreateSchema(Schema):
    """A new token. apps: those it is for, null or left out for all; expires_in: as 90d, 12h, 30m, or never."""

    name = text(rules.check_name, required=True, metadata={"examples": ["ci", "anna@laptop"]})
    scope = text(rules.check_scope, required=True, metadata={"enum": list(SCOPES)})
    apps = plain.List(plain.String(), validate=rule(rules.checked_apps), allow_none=True, load_default=None)
    expires_in = text(rules.expiry, load_default=rules.DEFAULT_LIFETIME)


class TokenSchema(Schema):
    """A token, without what signs in. apps: those it is for, null for all; created_by: the token that asked for it."""

    name = plain.String()
    scope = plain.String(validate=validate.OneOf(SCOPES))
    apps = plain.List(plain.String(), allow_none=True)
    status = plain.String(validate=validate.OneOf(STATUSES))
    created_at = plain.String(metadata={"format": "date-time"})
    created_by = plain.String(allow_none=True)
    last_used_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    expires_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    revoked_at = plain.String(allow_none=True, metadata={"format": "date-time"})


class NewTokenSchema(TokenSchema):
    """A token, with what signs in (token), which is told this once."""

    token = plain.String()

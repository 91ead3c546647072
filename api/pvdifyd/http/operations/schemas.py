"""Operations in JSON."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd import names
from pvdifyd.http.fields import text
from pvdifyd.models import operation


class OperationSchema(Schema):
    """An operation. error: {code, message, phase, next_step?, probe?, exit_code?, logs?}, or null; arguments: what was
    asked for, of another kind than a release; app: null for an operation of a whole host."""

    id = plain.Integer()
    kind = plain.String(validate=validate.OneOf(operation.KINDS))
    app = plain.String(allow_none=True)
    release = plain.Integer(allow_none=True)
    status = plain.String(validate=validate.OneOf(operation.STATUSES))
    arguments = plain.Dict(allow_none=True)
    cancel_requested = plain.Boolean()
    error = plain.Dict(allow_none=True)
    created_by = plain.String()
    created_at = plain.String(metadata={"format": "date-time"})
    started_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    finished_at = plain.String(allow_none=True, metadata={"format": "date-time"})


class OperationsFilterSchema(Schema):
    """Which operations to list."""

    app = text(names.check_app_name)
    status = plain.String(validate=validate.OneOf(operation.STATUSES))

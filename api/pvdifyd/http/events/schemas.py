"""Events in JSON."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd.models import event


class EventSchema(Schema):
    """An event. status: started, ok or failed for a phase, the operation's own for a status."""

    id = plain.Integer()
    operation = plain.Integer()
    at = plain.String(metadata={"format": "date-time"})
    type = plain.String(validate=validate.OneOf((event.PHASE, event.STATUS, event.NOTE)))
    phase = plain.String(allow_none=True)
    status = plain.String(allow_none=True)
    message = plain.String()
    seconds = plain.Float(allow_none=True)
    data = plain.Dict()

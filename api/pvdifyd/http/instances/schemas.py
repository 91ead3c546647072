"""Instances in JSON."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

STATES = ("starting", "healthy", "unhealthy", "crashed", "stopped")
ROLES = ("current", "standby", "other")


class InstanceSchema(Schema):
    """A running copy of a process; role: current serves, standby is the release before, kept warm; memory in bytes,
    cpu in percent of one core; reason: why it is crashed or unhealthy, and what happens next."""

    process = plain.String()
    instance = plain.Integer()
    release = plain.Integer(allow_none=True)
    state = plain.String(validate=validate.OneOf(STATES))
    since = plain.String(allow_none=True, metadata={"format": "date-time"})
    restarts = plain.Integer()
    role = plain.String(validate=validate.OneOf(ROLES))
    unit = plain.String()
    memory = plain.Integer(allow_none=True, dump_default=None)
    cpu = plain.Float(allow_none=True, dump_default=None)
    reason = plain.String(allow_none=True, dump_default=None)

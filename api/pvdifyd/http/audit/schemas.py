"""Audit entries in JSON, and the question for them."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd import names
from pvdifyd.http.audit.times import check_moment
from pvdifyd.http.fields import text
from pvdifyd.operations.audit.record import RESULTS


class AuditQuestionSchema(Schema):
    """Which entries to list. A time is RFC 3339, or how long ago it was, as 30s, 5m, 24h or 7d."""

    app = text(names.check_app_name)
    since = text(check_moment)
    until = text(check_moment)


class AuditEntrySchema(Schema):
    """An entry. who: a token's name, or pvdifyd's own machine; action: the route, the command, or the operation's kind;
    target: what was asked for, with … for what may be secret; status: of the answer; hash: of all the other fields,
    among them the hash of the entry before (previous)."""

    id = plain.Integer()
    at = plain.String(metadata={"format": "date-time"})
    who = plain.String()
    address = plain.String(allow_none=True)
    action = plain.String()
    app = plain.String(allow_none=True)
    target = plain.Dict()
    status = plain.Integer(allow_none=True)
    result = plain.String(validate=validate.OneOf(RESULTS))
    operation = plain.Integer(allow_none=True)
    request_id = plain.String(allow_none=True)
    previous = plain.String()
    hash = plain.String()

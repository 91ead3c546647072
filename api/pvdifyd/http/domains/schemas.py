"""Domains in JSON."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd.http.fields import YesNo, text
from pvdifyd.models import domain as domains
from pvdifyd.models import edge as edges
from pvdifyd.operations.domains import rules

EXAMPLES = {"examples": ["myapp.com", "*.myapp.com"]}


class DomainAddSchema(Schema):
    """A domain that shall lead to the app; force: a record of somebody else's for it may be replaced."""

    domain = text(rules.domain_named, required=True, metadata=EXAMPLES)
    force = YesNo(load_default=False)


class DomainSchema(Schema):
    """A domain. reason: {code, message, phase, next_step?} where it failed, or null; force: a record of somebody else's
    may be replaced, until the domain is active; edge: what brings its requests;
    zone, zone_id, record_id: Cloudflare's, null before they are known, and with another edge."""

    domain = plain.String(metadata=EXAMPLES)
    app = plain.String()
    host = plain.String()
    edge = plain.String(validate=validate.OneOf(edges.KINDS))
    status = plain.String(validate=validate.OneOf(domains.STATUSES))
    reason = plain.Dict(allow_none=True)
    force = plain.Boolean()
    zone = plain.String(allow_none=True)
    zone_id = plain.String(allow_none=True)
    record_id = plain.String(allow_none=True)
    created_at = plain.String(metadata={"format": "date-time"})
    created_by = plain.String()
    updated_at = plain.String(metadata={"format": "date-time"})

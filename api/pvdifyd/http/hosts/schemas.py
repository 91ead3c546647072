"""Hosts in JSON."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd.models import edge as edges
from pvdifyd.models.host import LOCAL, SSH


class HostSchema(Schema):
    """A host. recipient: the public half of the key that only it has, whom its secrets are encrypted for; null before
    it was prepared. edge: what brings requests for domains to it; apps: how many it has."""

    name = plain.String()
    connection = plain.String(validate=validate.OneOf((LOCAL, SSH)))
    address = plain.String(allow_none=True)
    recipient = plain.String(allow_none=True)
    edge = plain.String(validate=validate.OneOf(edges.KINDS))
    apps = plain.Integer()


class RotateSchema(Schema):
    """Nothing: the host makes its key itself."""

    repeats_values = False

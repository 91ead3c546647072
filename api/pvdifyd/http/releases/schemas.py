"""Releases in JSON."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd.http.apps.schemas import HealthcheckSchema, ProcessSchema
from pvdifyd.http.fields import WholeNumber, YesNo, image
from pvdifyd.models import release


class ReleaseCreateSchema(Schema):
    """What to deploy; without an image the app's own, pulled anew."""

    image = image()


class RollbackSchema(Schema):
    """The release to go back to; without one, the newest before the one that serves. code_only: to its image and
    processes, with the config that the app has now."""

    version = WholeNumber(1, 2**53 - 1)
    code_only = YesNo(load_default=False)


class SecretSchema(Schema):
    """Which secret a release runs with. version: the config version it was set in; digest: SHA-256 of its document."""

    version = plain.String()
    digest = plain.String()


class ReleaseSchema(Schema):
    """A release; reason says why it failed, operation is the one that ran it."""

    version = plain.Integer()
    app = plain.String()
    image = plain.String()
    digest = plain.String(allow_none=True)
    config_version = plain.String(allow_none=True, metadata={"examples": ["v6"]})
    secrets = plain.Dict(keys=plain.String(), values=plain.Nested(SecretSchema))
    status = plain.String(
        validate=validate.OneOf(
            (release.PENDING, release.DEPLOYING, release.ACTIVE, release.SUPERSEDED, release.FAILED)
        )
    )
    reason = plain.Dict(allow_none=True)
    rollback_of = plain.Integer(allow_none=True)
    processes = plain.Dict(keys=plain.String(), values=plain.Nested(ProcessSchema))
    healthcheck = plain.Nested(HealthcheckSchema, allow_none=True)
    container_port = plain.Integer(allow_none=True)
    created_at = plain.String(metadata={"format": "date-time"})
    created_by = plain.String()
    finished_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    operation = plain.Integer(allow_none=True)

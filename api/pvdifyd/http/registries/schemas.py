"""What signs in to registries, in JSON."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow import fields as plain

from pvdifyd import names
from pvdifyd.http.fields import text
from pvdifyd.operations.registries import rules


class SignInSchema(Schema):
    """Who signs in; app: which one it is for (left out: all apps). The password is encrypted at once, and never told
    again."""

    # A misspelt field may hold the password: nothing of the body is repeated.
    repeats_values = False

    username = text(rules.check_username, required=True)
    password = text(rules.check_password, required=True, metadata={"writeOnly": True, "format": "password"})
    app = text(names.check_app_name, allow_none=True, load_default=None)


class RegistrySchema(Schema):
    """A credential: for one app, or (app null) for all of these hosts' apps."""

    registry = plain.String()
    username = plain.String()
    app = plain.String(allow_none=True)
    hosts = plain.List(plain.String())
    created_at = plain.String(metadata={"format": "date-time"})
    created_by = plain.String()


class AppChoiceSchema(Schema):
    """Of which app."""

    app = text(names.check_app_name)

"""GET /whoami."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as plain

from pvdifyd.http import access
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.models.token import READ, SCOPES

blueprint = Blueprint("whoami", __name__, url_prefix="/api/v1/whoami", description="What a token may do")


class WhoamiSchema(Schema):
    """A token. token: its name; apps: those it is for, null for all; expires_at: null for never."""

    token = plain.String()
    scope = plain.String(validate=validate.OneOf(SCOPES))
    apps = plain.List(plain.String(), allow_none=True)
    expires_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    last_used_at = plain.String(allow_none=True, metadata={"format": "date-time"})


@blueprint.route("")
class Whoami(MethodView):
    @blueprint.conditional
    @blueprint.response(200, WhoamiSchema)
    @blueprint.problems(401)
    @access.of_no_app(READ)
    def get(self) -> dict[str, Any]:
        """Show the token that this request is made with: its name, scope, apps and end."""
        token = caller()
        return {
            "token": token.name,
            "scope": token.scope,
            "apps": token.apps,
            "expires_at": token.expires_at,
            "last_used_at": token.last_used_at,
        }

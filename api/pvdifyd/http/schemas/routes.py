"""GET /schemas/app.json, for editors; it needs no token."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access
from pvdifyd.http.blueprint import Blueprint

MEDIA_TYPE = "application/schema+json"

# docs/app.schema.json is a copy of it.
_APP = files("pvdifyd.http.schemas").joinpath("app.schema.json").read_bytes()
_DOCUMENTED: dict[str, Any] = {"type": "object"}

blueprint = Blueprint(
    "schemas",
    __name__,
    url_prefix="/api/v1/schemas",
    description="JSON Schemas of the files that people write",
)


@blueprint.route("/app.json")
class AppFile(MethodView):
    @blueprint.conditional
    @blueprint.response(200, _DOCUMENTED, content_type=MEDIA_TYPE)
    @access.open_to_all
    def get(self) -> Response:
        """Give the JSON Schema of an app's definition, as `pvdify apply` and PUT /apps/{name} take it."""
        answer = Response(_APP, mimetype=MEDIA_TYPE)
        answer.headers["Cache-Control"] = "no-cache"
        return answer

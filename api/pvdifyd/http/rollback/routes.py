"""POST /apps/{name}/rollback."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.releases.accepted import release_accepted
from pvdifyd.http.releases.schemas import ReleaseSchema, RollbackSchema
from pvdifyd.models.token import DEPLOY
from pvdifyd.operations.rollback import request_rollback

blueprint = Blueprint("rollback", __name__, url_prefix="/api/v1/apps", description="Going back")


@blueprint.route("/<string:name>/rollback")
class Rollback(MethodView):
    @blueprint.arguments(RollbackSchema, required=False)
    @blueprint.response(202, ReleaseSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(DEPLOY)
    def post(self, body: dict[str, Any], name: str) -> Response:
        """Go back to an earlier release and its config, as a new one. Location is the operation that does it."""
        version, code_only = body.get("version"), body.get("code_only", False)
        return release_accepted(lambda: request_rollback(name, version, caller().name, code_only))

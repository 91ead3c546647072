"""GET and POST /apps/{name}/releases; GET /apps/{name}/releases/{version}."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.releases.accepted import release_accepted
from pvdifyd.http.releases.schemas import ReleaseCreateSchema, ReleaseSchema
from pvdifyd.models import Release
from pvdifyd.models.token import DEPLOY, READ
from pvdifyd.operations import find, show
from pvdifyd.operations.deploy import request_deploy

blueprint = Blueprint("releases", __name__, url_prefix="/api/v1/apps", description="The releases of an app")


@blueprint.route("/<string:name>/releases")
class Releases(MethodView):
    @blueprint.conditional
    @blueprint.response(200, ReleaseSchema(many=True))
    @blueprint.problems(401, 404, 422)
    @blueprint.paginate(RowsPage)
    @access.of_app(READ)
    def get(self, name: str) -> Rows:
        """List an app's releases, newest first."""
        app = find.app(name)
        rows = Release.select().where(Release.app == app).order_by(Release.version.desc())
        return Rows(rows, show.releases)

    @blueprint.arguments(ReleaseCreateSchema, required=False)
    @blueprint.response(202, ReleaseSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(DEPLOY)
    def post(self, body: dict[str, Any], name: str) -> Response:
        """Deploy an image. Location is the operation that does it."""
        return release_accepted(lambda: request_deploy(name, body.get("image"), caller().name))


@blueprint.route("/<string:name>/releases/<int:version>")
class OneRelease(MethodView):
    @blueprint.conditional
    @blueprint.response(200, ReleaseSchema)
    @blueprint.problems(401, 404)
    @access.of_app(READ)
    def get(self, name: str, version: int) -> dict[str, Any]:
        """Show a release."""
        return show.releases([find.release(find.app(name), version)])[0]

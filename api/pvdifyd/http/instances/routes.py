"""GET /apps/{name}/ps."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from pvdifyd.http import access
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.instances.schemas import InstanceSchema
from pvdifyd.http.services import services
from pvdifyd.models import Release
from pvdifyd.models.release import ACTIVE, DEPLOYING, SUPERSEDED
from pvdifyd.models.token import READ
from pvdifyd.operations import find, show

blueprint = Blueprint("ps", __name__, url_prefix="/api/v1/apps", description="What runs of an app now")


@blueprint.route("/<string:name>/ps")
class Instances(MethodView):
    @blueprint.conditional
    @blueprint.response(200, InstanceSchema(many=True))
    @blueprint.problems(401, 404, 503)
    @access.of_app(READ)
    def get(self, name: str) -> list[dict[str, Any]]:
        """List an app's instances as its host has them now."""
        app = find.app(name)
        found = services().reader.ps(app.host.name, app.name)
        started = Release.status.in_((ACTIVE, SUPERSEDED, DEPLOYING))
        releases = list(Release.select().where((Release.app == app) & started))
        return show.instances(found.get("instances", []), releases)

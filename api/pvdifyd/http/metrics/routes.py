"""GET /metrics, for Prometheus."""

from __future__ import annotations

from flask import Response
from flask.views import MethodView
from peewee import PeeweeException
from prometheus_client import CONTENT_TYPE_LATEST

from pvdifyd.errors import UnavailableError
from pvdifyd.http import access
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.services import services
from pvdifyd.models.token import READ

MEDIA_TYPE = "text/plain"

blueprint = Blueprint("metrics", __name__, description="Numbers for Prometheus")


@blueprint.route("/metrics")
class Metrics(MethodView):
    @blueprint.response(200, {"type": "string"}, content_type=MEDIA_TYPE)
    @blueprint.problems(401, 503)
    @access.of_all(READ)
    def get(self) -> Response:
        """Give requests, streams, operations, queue, apps and hosts as numbers, in Prometheus' text format."""
        try:
            exposition = services().metrics.exposition()
        except PeeweeException:
            raise UnavailableError("The database can't be read.", code="not_ready") from None
        return Response(exposition, content_type=CONTENT_TYPE_LATEST)

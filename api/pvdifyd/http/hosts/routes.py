"""GET /hosts; POST /hosts/{name}/secrets/rotate."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.hosts.schemas import HostSchema, RotateSchema
from pvdifyd.http.operations.accepted import operation_accepted
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.models import Host
from pvdifyd.models.token import ADMIN, READ
from pvdifyd.operations import show
from pvdifyd.operations.rotate import request_rotate

blueprint = Blueprint(
    "hosts", __name__, url_prefix="/api/v1/hosts", description="The machines that apps run on"
)


@blueprint.route("")
class Hosts(MethodView):
    @blueprint.conditional
    @blueprint.response(200, HostSchema(many=True))
    @blueprint.problems(401, 422)
    @blueprint.paginate(RowsPage)
    @access.of_no_app(READ)
    def get(self) -> Rows:
        """List the hosts, by name."""
        return Rows(Host.select().order_by(Host.name), show.hosts)


@blueprint.route("/<string:name>/secrets/rotate")
class Rotate(MethodView):
    @blueprint.arguments(RotateSchema, required=False)
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_all(ADMIN)
    def post(self, _nothing: dict[str, Any], name: str) -> Response:
        """Give a host a new key, and encrypt for it what is encrypted for the old one, on the host."""
        return operation_accepted(lambda: request_rotate(name, caller().name))

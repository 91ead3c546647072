"""GET /operations and /operations/{id}; POST /operations/{id}/cancel."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.access.reach import visible
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.operations.accepted import operation_accepted
from pvdifyd.http.operations.schemas import OperationSchema, OperationsFilterSchema
from pvdifyd.models import Operation
from pvdifyd.models.token import DEPLOY, READ
from pvdifyd.operations import find, show
from pvdifyd.operations.cancel import request_cancel

blueprint = Blueprint(
    "operations", __name__, url_prefix="/api/v1/operations", description="What is being done, and what was"
)


@blueprint.route("")
class Operations(MethodView):
    @blueprint.conditional
    @blueprint.arguments(OperationsFilterSchema, location="query")
    @blueprint.response(200, OperationSchema(many=True))
    @blueprint.problems(401, 422)
    @blueprint.paginate(RowsPage)
    @access.of_apps(READ)
    def get(self, wanted: dict[str, str]) -> Rows:
        """List the operations, newest first."""
        rows = visible(Operation.select().order_by(Operation.id.desc()), Operation.app_name)
        if "app" in wanted:
            rows = rows.where(Operation.app_name == wanted["app"])
        if "status" in wanted:
            rows = rows.where(Operation.status == wanted["status"])
        return Rows(rows, show.operations)


@blueprint.route("/<int:number>")
class OneOperation(MethodView):
    @blueprint.conditional
    @blueprint.response(200, OperationSchema)
    @blueprint.problems(401, 404)
    @access.of_operation(READ)
    def get(self, number: int) -> dict[str, Any]:
        """Show an operation."""
        return show.operations([find.operation(number)])[0]


@blueprint.route("/<int:number>/cancel")
class Cancel(MethodView):
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(401, 404, 409, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_operation(DEPLOY)
    def post(self, number: int) -> Response:
        """Cancel an operation: at once while it is queued, else before its switch. Its events tell what came of it."""
        return operation_accepted(lambda: request_cancel(number, caller().name))

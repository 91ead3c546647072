"""POST /apps/{name}/ps/scale, /ps/restart, /ps/stop and /ps/start."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.operations.accepted import operation_accepted
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.http.processes.schemas import ProcessChoiceSchema, RestartSchema, ScaleSchema
from pvdifyd.models.token import DEPLOY
from pvdifyd.operations.restart import request_restart
from pvdifyd.operations.scale import request_scale
from pvdifyd.operations.start import request_start
from pvdifyd.operations.stop import request_stop

blueprint = Blueprint(
    "processes", __name__, url_prefix="/api/v1/apps", description="Changing what runs of an app"
)


@blueprint.route("/<string:name>/ps/scale")
class Scale(MethodView):
    @blueprint.arguments(ScaleSchema)
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(DEPLOY)
    def post(self, body: dict[str, Any], name: str) -> Response:
        """Change how many instances run. The release stays, and a stopped type that is scaled runs again: with a config
        that was changed while all of the app was stopped, by a release."""
        return operation_accepted(lambda: request_scale(name, body["processes"], caller().name))


@blueprint.route("/<string:name>/ps/restart")
class Restart(MethodView):
    @blueprint.arguments(RestartSchema, required=False)
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(DEPLOY)
    def post(self, body: dict[str, Any], name: str) -> Response:
        """Restart instances one at a time, without a failed request."""
        process, instance = body.get("process"), body.get("instance")
        return operation_accepted(lambda: request_restart(name, process, instance, caller().name))


@blueprint.route("/<string:name>/ps/stop")
class Stop(MethodView):
    @blueprint.arguments(ProcessChoiceSchema, required=False)
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(DEPLOY)
    def post(self, body: dict[str, Any], name: str) -> Response:
        """Stop a process type, or all of the app, until it is started, scaled or deployed."""
        return operation_accepted(lambda: request_stop(name, body.get("process"), caller().name))


@blueprint.route("/<string:name>/ps/start")
class Start(MethodView):
    @blueprint.arguments(ProcessChoiceSchema, required=False)
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(DEPLOY)
    def post(self, body: dict[str, Any], name: str) -> Response:
        """Start what was stopped, with the counts it had."""
        return operation_accepted(lambda: request_start(name, body.get("process"), caller().name))

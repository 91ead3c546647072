"""GET and POST /apps; GET, PATCH and DELETE /apps/{name}."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import answers
from pvdifyd.http.apps.schemas import AppCreateSchema, AppSchema, AppUpdateSchema
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.operations.accepted import operation_accepted
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.http.services import services
from pvdifyd.models import App, Host
from pvdifyd.operations import find, ports, resources, show
from pvdifyd.operations.create_app import create_app, host_for, refuse_if_exists
from pvdifyd.operations.destroy import request_destroy
from pvdifyd.operations.idempotency import Answer
from pvdifyd.operations.update_app import update_app

blueprint = Blueprint("apps", __name__, url_prefix="/api/v1/apps", description="App slots")


@blueprint.route("")
class Apps(MethodView):
    @blueprint.response(200, AppSchema(many=True))
    @blueprint.problems(401, 422)
    @blueprint.paginate(RowsPage)
    def get(self) -> Rows:
        """List the apps, by name."""
        return Rows(App.select().order_by(App.name), show.apps)

    @blueprint.arguments(AppCreateSchema)
    @blueprint.response(201, AppSchema)
    @blueprint.problems(400, 401, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    def post(self, definition: dict[str, Any]) -> Response:
        """Create an app. Nothing happens on its host before its first release."""
        kept = answers.answered_before()
        if kept is not None:
            return kept
        refuse_if_exists(definition["name"])
        host = host_for(definition.get("host"))
        _check_resources(host, definition)
        port = _bind_port(host, definition.get("bind_port"))
        return answers.once(lambda: _created(create_app(definition, host, port)))


@blueprint.route("/<string:name>")
class OneApp(MethodView):
    @blueprint.response(200, AppSchema)
    @blueprint.problems(401, 404)
    def get(self, name: str) -> dict[str, Any]:
        """Show an app."""
        return _shown(find.app(name))

    @blueprint.arguments(AppUpdateSchema)
    @blueprint.response(200, AppSchema)
    @blueprint.alt_response(202, schema=AppSchema, success=True)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    def patch(self, changes: dict[str, Any], name: str) -> Any:
        """Change an app. Its next release takes over what changed, but for resources: where a release serves, the
        answer is 202, and Location is the operation that brings them into force."""
        app = find.app(name)
        if changes.get("bind_port", app.bind_port) not in (app.bind_port, app.bound_port):
            _bind_port(app.host, changes["bind_port"])
        _check_resources(app.host, changes)
        app, operation = update_app(name, changes, caller().name)
        if operation is None:
            return _shown(app)
        services().announce([operation.id])
        return Response(
            json.dumps(AppSchema().dump(_shown(app))) + "\n",
            202,
            {"Location": f"/api/v1/operations/{operation.id}"},
            mimetype="application/json",
        )

    @blueprint.response(202, OperationSchema)
    @blueprint.problems(401, 404)
    def delete(self, name: str) -> Response:
        """Remove an app from its host, and then from here."""
        return operation_accepted(lambda: request_destroy(name, caller().name))


def _check_resources(host: Host, asked: dict[str, Any]) -> None:
    resources.check_within_host(host, asked.get("resources", {}), services().reader.capacity)


def _bind_port(host: Host, asked: int | None) -> int:
    ask_host = services().reader.free_port
    return ports.propose(host, ask_host) if asked is None else ports.check(host, asked, ask_host)


def _created(app: App) -> Answer:
    return answers.answer(201, AppSchema(), _shown(app), f"/api/v1/apps/{app.name}")


def _shown(app: App) -> dict[str, Any]:
    return show.apps([app])[0]

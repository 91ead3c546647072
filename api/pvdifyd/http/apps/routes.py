"""GET and POST /apps; GET, PATCH and DELETE /apps/{name}."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import answers
from pvdifyd.http.apps.schemas import AppCreateSchema, AppSchema, AppUpdateSchema
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.http.services import services
from pvdifyd.models import App, Host
from pvdifyd.operations import find, ports, show
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
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    def patch(self, changes: dict[str, Any], name: str) -> dict[str, Any]:
        """Change an app. Its next release takes over what changed."""
        app = find.app(name)
        if changes.get("bind_port", app.bind_port) != app.bind_port:
            _bind_port(app.host, changes["bind_port"])
        return _shown(update_app(name, changes))

    @blueprint.response(202, OperationSchema)
    @blueprint.problems(401, 404)
    def delete(self, name: str) -> Response:
        """Remove an app from its host, and then from here."""

        def make() -> Answer:
            operation = request_destroy(name, caller().name)
            made.append(operation.id)
            location = f"/api/v1/operations/{operation.id}"
            return answers.answer(202, OperationSchema(), show.operations([operation])[0], location)

        made: list[int] = []
        answer = answers.once(make)
        services().announce(made)
        return answer


def _bind_port(host: Host, asked: int | None) -> int:
    ask_host = services().reader.free_port
    return ports.propose(host, ask_host) if asked is None else ports.check(host, asked, ask_host)


def _created(app: App) -> Answer:
    return answers.answer(201, AppSchema(), _shown(app), f"/api/v1/apps/{app.name}")


def _shown(app: App) -> dict[str, Any]:
    return show.apps([app])[0]

"""GET and POST /apps; GET, PUT, PATCH and DELETE /apps/{name}."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.access.reach import may_see, require_app, require_scope, visible
from pvdifyd.http.apps import tags
from pvdifyd.http.apps.declared import app_declared
from pvdifyd.http.apps.definition import AppDefinitionSchema
from pvdifyd.http.apps.host_side import bind_port, check_resources
from pvdifyd.http.apps.schemas import AppCreateSchema, AppSchema, AppUpdateSchema
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.operations.accepted import operation_accepted
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.http.services import services
from pvdifyd.http.tags import IF_MATCH, IF_NOTHING_THERE
from pvdifyd.models import App, Operation
from pvdifyd.models.token import ADMIN, DEPLOY, READ
from pvdifyd.operations import find, request, show
from pvdifyd.operations.create_app import create_app, host_for, refuse_if_exists
from pvdifyd.operations.destroy import request_destroy
from pvdifyd.operations.domains.match import match
from pvdifyd.operations.idempotency import Answer
from pvdifyd.operations.update_app import update_app

blueprint = Blueprint("apps", __name__, url_prefix="/api/v1/apps", description="App slots")


@blueprint.route("")
class Apps(MethodView):
    @blueprint.conditional
    @blueprint.response(200, AppSchema(many=True))
    @blueprint.problems(401, 422)
    @blueprint.paginate(RowsPage)
    @access.of_apps(READ)
    def get(self) -> Rows:
        """List the apps, by name."""
        return Rows(visible(App.select().order_by(App.name), App.name), show.apps)

    @blueprint.arguments(AppCreateSchema)
    @blueprint.response(201, AppSchema)
    @blueprint.problems(400, 401, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_asked_app(ADMIN)
    def post(self, definition: dict[str, Any]) -> Response:
        """Create an app. Nothing happens on its host before its first release."""
        require_app(definition["name"])
        kept = answers.answered_before()
        if kept is not None:
            return kept
        refuse_if_exists(definition["name"])
        host = host_for(definition.get("host"))
        check_resources(host, definition.get("resources", {}))
        port = bind_port(host, definition.get("bind_port"))
        return answers.once(lambda: _created(create_app(definition, host, port)))


@blueprint.route("/<string:name>")
class OneApp(MethodView):
    @blueprint.conditional
    @blueprint.response(200, AppSchema)
    @blueprint.problems(401, 404)
    @access.of_app(READ)
    def get(self, name: str) -> Any:
        """Show an app."""
        shown = _shown(find.app(name))
        return shown, 200, tags.headers(shown)

    @blueprint.arguments(AppDefinitionSchema)
    @blueprint.response(200, AppSchema)
    @blueprint.alt_response(201, schema=AppSchema, success=True)
    @blueprint.alt_response(202, schema=AppSchema, success=True)
    @blueprint.problems(400, 401, 404, 409, 412, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER, IF_MATCH, IF_NOTHING_THERE])
    @access.of_app(ADMIN)
    def put(self, definition: dict[str, Any], name: str) -> Response:
        """Create an app, or change it, so that it matches its whole definition; what that leaves out has its default,
        but host, bind_port and domains stay. What runs is changed as by a PATCH: 202 where new resources or domains
        come into force."""
        return app_declared(name, definition)

    @blueprint.arguments(AppUpdateSchema)
    @blueprint.response(200, AppSchema)
    @blueprint.alt_response(202, schema=AppSchema, success=True)
    @blueprint.problems(400, 401, 404, 409, 412, 413, 415, 422)
    @blueprint.doc(parameters=[IF_MATCH])
    @access.of_app(DEPLOY)
    def patch(self, changes: dict[str, Any], name: str) -> Response:
        """Change an app. Its next release takes over what changed, but for resources, where a release serves, and
        domains: the answer is 202, and Location is the operation that brings them into force, of resources first."""
        if "domains" in changes:
            require_scope(ADMIN)
        app = find.app(name)
        if changes.get("bind_port", app.bind_port) not in (app.bind_port, app.bound_port):
            bind_port(app.host, changes["bind_port"])
        check_resources(app.host, changes.get("resources", {}))
        queued: list[Operation] = []

        def make() -> Answer:
            changed, operation = update_app(name, changes, caller().name, tags.is_expected)
            moved = None
            if "domains" in changes:
                moved = match(changed, changes["domains"], caller().name, may_see)
            queued.extend(one for one in (operation, moved) if one is not None)
            return _changed(changed, operation or moved)

        answer = answers.changed(make)
        services().announce([operation.id for operation in queued])
        return answer

    @blueprint.response(202, OperationSchema)
    @blueprint.problems(401, 404, 412)
    @blueprint.doc(parameters=[IF_MATCH])
    @access.of_app(ADMIN)
    def delete(self, name: str) -> Response:
        """Remove an app from its host, and then from here."""
        return operation_accepted(lambda: _destroy(name))


def _destroy(name: str) -> Operation:
    request.refuse_if_unexpected(name, find.app(name), tags.is_expected)
    return request_destroy(name, caller().name)


def _created(app: App) -> Answer:
    shown = _shown(app)
    return answers.answer(201, AppSchema(), shown, f"/api/v1/apps/{app.name}", tags.headers(shown))


def _changed(app: App, operation: Operation | None) -> Answer:
    shown = _shown(app)
    if operation is None:
        return answers.answer(200, AppSchema(), shown, headers=tags.headers(shown))
    location = f"/api/v1/operations/{operation.id}"
    return answers.answer(202, AppSchema(), shown, location, tags.headers(shown))


def _shown(app: App) -> dict[str, Any]:
    return show.apps([app])[0]

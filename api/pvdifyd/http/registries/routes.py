"""GET /registries; PUT and DELETE /registries/{registry}."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import RAISE

from pvdifyd.http import access, answers
from pvdifyd.http.access.reach import require_app, visible
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.registries.schemas import AppChoiceSchema, RegistrySchema, SignInSchema
from pvdifyd.models import App, connected
from pvdifyd.models.token import ADMIN, READ
from pvdifyd.operations import find
from pvdifyd.operations.idempotency import Answer
from pvdifyd.operations.registries import listing, sign_in
from pvdifyd.operations.registries.rules import registry_named
from pvdifyd.operations.registries.sign_in import SignIn
from pvdifyd.operations.registries.sign_out import sign_out

blueprint = Blueprint(
    "registries", __name__, url_prefix="/api/v1/registries", description="What signs in to registries"
)


@blueprint.route("")
class Registries(MethodView):
    @blueprint.conditional
    @blueprint.arguments(AppChoiceSchema, location="query")
    @blueprint.response(200, RegistrySchema(many=True))
    @blueprint.problems(401, 404, 422)
    @blueprint.paginate(RowsPage)
    @access.of_apps(READ)
    def get(self, wanted: dict[str, str]) -> Rows:
        """List the credentials, by registry; with app, those that it signs in with."""
        connected()
        app = find.app(wanted["app"]) if "app" in wanted else None
        return Rows(visible(listing.entries(app), App.name), listing.shown)


# A path, so that an address with its slashes is told what to write instead of that nothing is there.
@blueprint.route("/<path:registry>")
class OneRegistry(MethodView):
    @blueprint.arguments(SignInSchema)
    @blueprint.response(200, RegistrySchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422, 503)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_asked_app(ADMIN)
    def put(self, body: dict[str, Any], registry: str) -> Response:
        """Have images of a registry pulled with this credential. It replaces the one before."""
        require_app(body["app"])
        kept = answers.answered_before(holds_secrets=True)
        if kept is not None:
            return kept
        asked = SignIn(registry_named(registry), body["username"], body["password"], body["app"])
        encrypted = sign_in.encrypt(asked)

        def make() -> Answer:
            row = sign_in.keep(asked, encrypted, caller().name)
            return answers.answer(200, RegistrySchema(), listing.shown([row])[0])

        return answers.once(make, holds_secrets=True)

    # A misspelt app= must not mean all apps.
    @blueprint.arguments(AppChoiceSchema, location="query", unknown=RAISE)
    @blueprint.response(204)
    @blueprint.problems(401, 404, 409, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_asked_app(ADMIN)
    def delete(self, wanted: dict[str, str], registry: str) -> Response:
        """Forget a credential: that of an app, or without one that of all apps. What runs goes on running."""
        require_app(wanted.get("app"))
        name = registry_named(registry)

        def make() -> Answer:
            sign_out(name, wanted.get("app"))
            return answers.NOTHING

        return answers.once(make)

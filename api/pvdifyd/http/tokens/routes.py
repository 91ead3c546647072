"""GET and POST /tokens; DELETE /tokens/{name}."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.tokens.schemas import NewTokenSchema, TokenCreateSchema, TokenSchema
from pvdifyd.models import connected
from pvdifyd.models.token import ADMIN
from pvdifyd.operations.idempotency import Answer
from pvdifyd.operations.tokens import rules, show
from pvdifyd.operations.tokens.create import Wish, create
from pvdifyd.operations.tokens.revoke import revoke

blueprint = Blueprint("tokens", __name__, url_prefix="/api/v1/tokens", description="Who may use this API")


@blueprint.route("")
class Tokens(MethodView):
    @blueprint.conditional
    @blueprint.response(200, TokenSchema(many=True))
    @blueprint.problems(401, 422)
    @blueprint.paginate(RowsPage)
    @access.of_all(ADMIN)
    def get(self) -> Rows:
        """List the tokens, by name: those that were revoked or have expired too."""
        connected()
        return Rows(show.all_tokens(), show.shown)

    @blueprint.arguments(TokenCreateSchema)
    @blueprint.response(201, NewTokenSchema)
    @blueprint.problems(400, 401, 409, 413, 415, 422)
    @access.of_all(ADMIN)
    def post(self, body: dict[str, Any]) -> Response:
        """Make a token. The answer has it, this once: no Idempotency-Key keeps it. Sent again, the name is taken."""
        wish = Wish(body["name"], body["scope"], rules.checked_apps(body["apps"]), body["expires_in"])

        def make() -> Answer:
            row, text = create(wish, caller().name)
            return answers.answer(201, NewTokenSchema(), {**show.shown([row])[0], "token": text})

        return answers.changed(make)


@blueprint.route("/<string:name>")
class OneToken(MethodView):
    @blueprint.response(204)
    @blueprint.problems(401, 404, 409)
    @access.of_all(ADMIN)
    def delete(self, name: str) -> Response:
        """Revoke a token: from now on it is refused. What it began goes on."""

        def make() -> Answer:
            revoke(name)
            return answers.NOTHING

        return answers.changed(make)

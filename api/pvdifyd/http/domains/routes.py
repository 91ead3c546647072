"""GET, POST and DELETE /apps/{name}/domains; GET and DELETE /apps/{name}/domains/{domain}."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.errors import InvalidError, RuleError
from pvdifyd.http import access, answers
from pvdifyd.http.access.reach import may_see, require_all_apps
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.domains.schemas import DomainAddSchema, DomainSchema
from pvdifyd.http.operations.accepted import operation_accepted
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.models.token import ADMIN, READ
from pvdifyd.operations import find
from pvdifyd.operations.domains import find as domains
from pvdifyd.operations.domains import show
from pvdifyd.operations.domains.add import request_add
from pvdifyd.operations.domains.remove import request_clear, request_remove
from pvdifyd.operations.domains.rules import domain_named

blueprint = Blueprint("domains", __name__, url_prefix="/api/v1/apps", description="The domains of an app")


@blueprint.route("/<string:name>/domains")
class Domains(MethodView):
    @blueprint.conditional
    @blueprint.response(200, DomainSchema(many=True))
    @blueprint.problems(401, 404, 422)
    @blueprint.paginate(RowsPage)
    @access.of_app(READ)
    def get(self, name: str) -> Rows:
        """List an app's domains, by name."""
        return Rows(domains.of_app(find.app(name)), show.domains)

    @blueprint.arguments(DomainAddSchema)
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(ADMIN)
    def post(self, body: dict[str, Any], name: str) -> Response:
        """Have a domain lead to the app. One that failed is tried again, and one that is active is looked after. force
        needs a token for all apps: the record that it takes may be anybody's."""
        if body["force"]:
            require_all_apps("`force` takes a record that may be anybody's")
        domain = domain_named(body["domain"])
        return operation_accepted(
            lambda: request_add(name, domain, caller().name, may_see, force=body["force"])
        )

    @blueprint.response(202, OperationSchema)
    @blueprint.problems(401, 404, 409, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(ADMIN)
    def delete(self, name: str) -> Response:
        """Take all of an app's domains away."""
        return operation_accepted(lambda: request_clear(name, caller().name))


@blueprint.route("/<string:name>/domains/<string:domain>")
class OneDomain(MethodView):
    @blueprint.conditional
    @blueprint.response(200, DomainSchema)
    @blueprint.problems(401, 404, 422)
    @access.of_app(READ)
    def get(self, name: str, domain: str) -> dict[str, Any]:
        """Show a domain."""
        return show.domains([domains.domain(find.app(name), _named(domain))])[0]

    @blueprint.response(202, OperationSchema)
    @blueprint.problems(401, 404, 409, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_app(ADMIN)
    def delete(self, name: str, domain: str) -> Response:
        """Take a domain away from the app. Its record goes first, then its route."""
        named = _named(domain)
        return operation_accepted(lambda: request_remove(name, named, caller().name))


def _named(domain: str) -> str:
    """Raises InvalidError(domain_name)."""
    try:
        return domain_named(domain)
    except RuleError as broken:
        raise InvalidError.field("domain", domain, broken.rule, broken.detail) from None

"""GET and PUT /hosts/{name}/edge; GET /hosts/{name}/tunnel."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from pvdifyd.http import access, answers
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.edge.schemas import EdgeAskedSchema, EdgeSchema, TunnelSchema
from pvdifyd.http.operations.accepted import operation_accepted
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.http.services import services
from pvdifyd.models.host_secret import CLOUDFLARE_TOKEN, TUNNEL_CREDENTIALS
from pvdifyd.models.token import ADMIN, READ
from pvdifyd.operations import hosts
from pvdifyd.operations.edge import show
from pvdifyd.operations.edge.asked import Asked
from pvdifyd.operations.edge.set_edge import seal, set_edge

blueprint = Blueprint(
    "edge", __name__, url_prefix="/api/v1/hosts", description="What brings requests for domains to a host"
)


@blueprint.route("/<string:name>/edge")
class HostEdge(MethodView):
    @blueprint.conditional
    @blueprint.response(200, EdgeSchema)
    @blueprint.problems(401, 404)
    @access.of_all(READ)
    def get(self, name: str) -> dict[str, Any]:
        """Show what brings requests to a host; of its secrets, only which there are."""
        return show.edge(hosts.find_host(name))

    @blueprint.arguments(EdgeAskedSchema)
    @blueprint.response(202, OperationSchema)
    @blueprint.problems(400, 401, 404, 409, 413, 415, 422, 503)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER])
    @access.of_all(ADMIN)
    def put(self, body: dict[str, Any], name: str) -> Response:
        """Set what brings requests to a host, install it there, and have it route all of the host's domains."""
        kept = answers.answered_before(holds_secrets=True)
        if kept is not None:
            return kept
        asked = _asked(body)
        sealed = seal(name, asked)
        return operation_accepted(lambda: set_edge(name, asked, sealed, caller().name), holds_secrets=True)


@blueprint.route("/<string:name>/tunnel")
class Tunnel(MethodView):
    @blueprint.conditional
    @blueprint.response(200, TunnelSchema)
    @blueprint.problems(401, 404, 503)
    @access.of_all(READ)
    def get(self, name: str) -> dict[str, Any]:
        """Show how a host's tunnel is, as cloudflared itself tells it now."""
        host = hosts.find_host(name)
        show.check_has_tunnel(host)
        return {"host": host.name, **services().reader.tunnel(host.name)}


def _asked(body: dict[str, Any]) -> Asked:
    settings = dict(body.get(body["kind"]) or {})
    if body["kind"] == "caddy":
        settings = settings or {"certificates": "automatic", "email": None}
    names = {"token": CLOUDFLARE_TOKEN, "credentials": TUNNEL_CREDENTIALS}
    secrets = {secret: settings.pop(field) for field, secret in names.items() if field in settings}
    return Asked(body["kind"], settings, secrets)

"""GET /health and /ready, for whatever watches the daemon; they need no token."""

from __future__ import annotations

from flask.views import MethodView
from marshmallow import Schema
from marshmallow import fields as plain
from peewee import PeeweeException

from pvdifyd.errors import UnavailableError
from pvdifyd.http import access
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.services import services
from pvdifyd.models import Host, connected

blueprint = Blueprint("health", __name__, description="Whether the daemon lives, and is ready")


class HealthSchema(Schema):
    """The process answers."""

    status = plain.String()


class ReadySchema(Schema):
    """The parts that a request needs."""

    status = plain.String()
    database = plain.String()
    worker = plain.String()


@blueprint.route("/health")
class Health(MethodView):
    @blueprint.response(200, HealthSchema)
    @access.open_to_all
    def get(self) -> dict[str, str]:
        """Say that the process lives."""
        return {"status": "ok"}


@blueprint.route("/ready")
class Ready(MethodView):
    @blueprint.response(200, ReadySchema)
    @blueprint.problems(503)
    @access.open_to_all
    def get(self) -> dict[str, str]:
        """Say that the database can be read and that the worker answers."""
        try:
            connected()
            Host.select().count()
        except PeeweeException:
            raise UnavailableError("The database can't be read.", code="not_ready") from None
        try:
            services().reader.ping()
        except UnavailableError as error:
            raise UnavailableError(error.detail, code="not_ready") from None
        return {"status": "ok", "database": "ok", "worker": "ok"}

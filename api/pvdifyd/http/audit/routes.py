"""GET /audit."""

from __future__ import annotations

from flask.views import MethodView

from pvdifyd.http import access
from pvdifyd.http.audit.schemas import AuditEntrySchema, AuditQuestionSchema
from pvdifyd.http.audit.times import moment
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.models import AuditEntry, connected
from pvdifyd.models.token import ADMIN
from pvdifyd.operations.audit import show

blueprint = Blueprint("audit", __name__, url_prefix="/api/v1/audit", description="Who changed what, and when")


@blueprint.route("")
class Audit(MethodView):
    @blueprint.conditional
    @blueprint.arguments(AuditQuestionSchema, location="query")
    @blueprint.response(200, AuditEntrySchema(many=True))
    @blueprint.problems(401, 422)
    @blueprint.paginate(RowsPage)
    @access.of_all(ADMIN)
    def get(self, wanted: dict[str, str]) -> Rows:
        """List the audit log, newest first: each write that a token asked for, each end of an operation, and what was
        done on pvdifyd's machine."""
        connected()
        rows = AuditEntry.select().order_by(AuditEntry.id.desc())
        if "app" in wanted:
            rows = rows.where(AuditEntry.app == wanted["app"])
        if "since" in wanted:
            rows = rows.where(AuditEntry.at >= moment(wanted["since"]))
        if "until" in wanted:
            rows = rows.where(AuditEntry.at <= moment(wanted["until"]))
        return Rows(rows, show.entries)

"""GET /operations/{id}/events."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request
from flask.views import MethodView

from pvdifyd.errors import InvalidError, UnavailableError
from pvdifyd.http import access
from pvdifyd.http.access.streams import while_signed_in
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.documentation import streams
from pvdifyd.http.events.schemas import EventSchema
from pvdifyd.http.events.stream import stream
from pvdifyd.http.services import services
from pvdifyd.models import event
from pvdifyd.models.token import READ
from pvdifyd.operations import events, find, show

STREAM = streams.MEDIA_TYPE
LIST = "application/json"
EVENTS = streams.of_events(event.PHASE, event.STATUS, event.NOTE)

blueprint = Blueprint(
    "events", __name__, url_prefix="/api/v1/operations", description="The events of an operation"
)


@blueprint.route("/<int:number>/events")
class Events(MethodView):
    @blueprint.conditional
    @blueprint.response(200, EventSchema(many=True))
    @blueprint.alt_response(200, schema=EVENTS, content_type=STREAM, success=True)
    @blueprint.problems(401, 404, 422, 503)
    @blueprint.doc(
        parameters=[
            {
                "in": "header",
                "name": "Last-Event-ID",
                "schema": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
                "description": "Only events after this one are sent.",
            }
        ]
    )
    @access.of_operation(READ)
    def get(self, number: int) -> Any:
        """Follow an operation: its events as they come (text/event-stream), or those so far (JSON)."""
        operation = find.operation(number)
        after = _last_event_id()
        if request.accept_mimetypes.best_match([STREAM, LIST], default=STREAM) == LIST:
            return [show.event(event) for event in events.after(operation.id, after)]
        return _streamed(operation.id, after)


def _streamed(operation_id: int, after: int) -> Response:
    limit = services().streams
    if not limit.take():
        raise UnavailableError(
            "As many event streams are open as may be. Try again, or ask with Accept: application/json.",
            code="too_many_streams",
        )
    parts = while_signed_in(caller(), stream(operation_id, after, services().stopping))
    answer = Response(parts, mimetype=STREAM)
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(limit.give_back)
    return answer


def _last_event_id() -> int:
    text = request.headers.get("Last-Event-ID", "0")
    if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) is None:
        raise InvalidError.field(
            "Last-Event-ID", text, "event_id", "Last-Event-ID must be the number of an event."
        )
    return int(text)

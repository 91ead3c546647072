"""GET /apps/{name}/logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request
from flask.views import MethodView

from pvdifyd.errors import UnavailableError
from pvdifyd.http import access
from pvdifyd.http.access.streams import while_signed_in
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.documentation import streams
from pvdifyd.http.logs import stream
from pvdifyd.http.logs.schemas import LastLineSchema, LogLineSchema, LogQuestionSchema
from pvdifyd.http.services import services
from pvdifyd.models import App
from pvdifyd.models.token import READ
from pvdifyd.operations import find
from pvdifyd.reading.log_request import log_request
from pvdifyd.reading.log_stream import LogStream

EVENTS = streams.MEDIA_TYPE
LINES = "application/x-ndjson"

blueprint = Blueprint(
    "logs", __name__, url_prefix="/api/v1/apps", description="What an app's instances write"
)


@blueprint.route("/<string:name>/logs")
class Lines(MethodView):
    @blueprint.arguments(LogQuestionSchema, location="query", unknown="raise")
    @blueprint.arguments(LastLineSchema, location="headers")
    @blueprint.response(200, LogLineSchema(many=True))
    @blueprint.alt_response(200, schema=streams.of_events("log"), content_type=EVENTS, success=True)
    @blueprint.alt_response(200, schema={"type": "string"}, content_type=LINES, success=True)
    @blueprint.problems(401, 404, 422, 503)
    @access.of_app(READ)
    def get(self, wanted: dict[str, Any], seen: dict[str, str], name: str) -> Response:
        """Read an app's logs, oldest line first: a JSON list, or with follow a stream (events, or lines of JSON)."""
        app = find.app(name)
        asked = _request(app, wanted, seen.get("cursor"))
        if not wanted["follow"]:
            return _answer(stream.json_list, services().reader.logs(app.host.name, asked), "application/json")
        return _followed(app.host.name, asked)


def _request(app: App, wanted: dict[str, Any], last: str | None) -> dict[str, Any]:
    units = find.release(app, wanted["release"]).units if "release" in wanted else None
    given: dict[str, Any] = {key: wanted.get(key) for key in ("process", "instance", "since", "until")}
    after = last if wanted["follow"] else None
    return log_request(
        app.name, lines=wanted["lines"], follow=wanted["follow"], units=units, after=after, **given
    )


def _followed(host: str, asked: dict[str, Any]) -> Response:
    limit, stopping = services().streams, services().stopping
    if not limit.take():
        raise UnavailableError(
            "As many streams are open as may be. Try again, or ask without follow.", code="too_many_streams"
        )
    try:
        form = request.accept_mimetypes.best_match([EVENTS, LINES], default=EVENTS)
        made = stream.json_lines if form == LINES else stream.server_sent
        token = caller()
        answer = _answer(
            lambda texts: while_signed_in(token, made(texts, stopping)),
            services().reader.logs(host, asked),
            form,
        )
    except BaseException:
        limit.give_back()
        raise
    answer.call_on_close(limit.give_back)
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _answer(made: Callable[[LogStream], Iterator[bytes]], texts: LogStream, mimetype: str) -> Response:
    answer = Response(made(texts), mimetype=mimetype)
    answer.call_on_close(texts.close)
    return answer

"""The one error body of the API: RFC 9457 problem+json with a stable code."""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import Response, g
from werkzeug.exceptions import HTTPException

from pvdifyd import errors
from pvdifyd.errors import FieldError, PvdifydError, TooManyError

MEDIA_TYPE = "application/problem+json"

# Characters of a value that are shown again to who sent it.
VALUE_LIMIT = 200

TITLES = {
    "bad_request": (400, "Bad request"),
    "invalid_json": (400, "The body is not JSON"),
    "nested_too_deeply": (400, "The body is nested too deeply"),
    "token_in_url": (400, "A token in the address"),
    "unauthenticated": (401, "Not signed in"),
    "token_expired": (401, "The token has expired"),
    "token_revoked": (401, "The token was revoked"),
    "forbidden": (403, "The token may not do this"),
    "app_forbidden": (403, "The token is not for this app"),
    "not_found": (404, "Not found"),
    "app_not_found": (404, "No such app"),
    "config_key_not_found": (404, "No such config var"),
    "config_version_not_found": (404, "No such config version"),
    "credential_not_found": (404, "No such credential"),
    "domain_not_found": (404, "No such domain"),
    "host_not_found": (404, "No such host"),
    "no_tunnel": (404, "The host has no tunnel"),
    "release_not_found": (404, "No such release"),
    "token_not_found": (404, "No such token"),
    "operation_not_found": (404, "No such operation"),
    "method_not_allowed": (405, "Method not allowed"),
    "app_exists": (409, "The app exists"),
    "app_removing": (409, "The app is being removed"),
    "domain_in_use": (409, "The domain leads to another app"),
    "edge_in_use": (409, "Domains depend on the host's edge"),
    "edge_not_ready": (409, "The host is not ready for domains"),
    "host_without_recipient": (409, "The host has no key for secrets yet"),
    "idempotency_conflict": (409, "The Idempotency-Key was used for another request"),
    "last_admin_token": (409, "It is the last token that may do everything"),
    "no_free_port": (409, "No port is free"),
    "no_host": (409, "No host is registered"),
    "no_image": (409, "The app has no image"),
    "not_cancellable": (409, "The operation can't be cancelled"),
    "not_deployed": (409, "No release serves yet"),
    "nothing_to_roll_back": (409, "Nothing to roll back to"),
    "operation_ended": (409, "The operation has ended"),
    "port_taken": (409, "The port is taken"),
    "token_exists": (409, "There is a token of this name"),
    "tunnel_in_use": (409, "The tunnel is another host's"),
    "precondition_failed": (412, "It has changed meanwhile"),
    "body_too_large": (413, "The body is too large"),
    "too_many_values": (413, "The body has too many values"),
    "uri_too_long": (414, "The address is too long"),
    "unsupported_media_type": (415, "Unsupported media type"),
    "invalid_image": (422, "No image reference"),
    "validation_failed": (422, "The request breaks a rule"),
    "too_many_attempts": (429, "Too many sign-ins have failed"),
    "too_many_requests": (429, "Too many requests"),
    "headers_too_large": (431, "The header is too large"),
    "internal_error": (500, "Internal error"),
    "host_refused": (503, "The host can't answer"),
    "host_unreachable": (503, "The host can't be read"),
    "not_ready": (503, "Not ready"),
    "sops_unavailable": (503, "Secrets can't be encrypted now"),
    "reader_unavailable": (503, "The worker does not answer"),
    "too_many_streams": (503, "Too many streams are open"),
}

# Seconds after which a refused reader should come back.
RETRY_AFTER = 5

_CODE_OF_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}

logger = logging.getLogger("pvdifyd.http")


def problem(code: str, detail: str, field_errors: tuple[FieldError, ...] = ()) -> Response:
    """The answer for this code."""
    status, title = TITLES[code]
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id", ""),
    }
    if field_errors:
        body["errors"] = [_field_error(error) for error in field_errors]
    answer = Response(json.dumps(body) + "\n", status=status, mimetype=MEDIA_TYPE)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="pvdify"'
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def of_refusal(error: PvdifydError) -> Response:
    """The answer for a refusal of ours."""
    code = error.code if error.code in TITLES else "internal_error"
    answer = problem(code, error.detail, error.errors)
    if isinstance(error, TooManyError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def of_http_exception(error: HTTPException) -> Response:
    """The answer for a refusal of Flask's or Werkzeug's."""
    if error.code is not None and error.code < 400:
        return Response(error.get_body(), error.code, error.get_headers())
    code = _CODE_OF_STATUS.get(error.code or 500)
    if code is None:
        return of_exception(error)
    answer = problem(code, _DETAILS.get(code) or error.description or "")
    answer.headers.extend({key: value for key, value in error.get_headers() if key.lower() == "allow"})
    return answer


def of_exception(error: Exception) -> Response:
    """The answer for a fault of our own; what it was goes into the log, under the request's id."""
    logger.error("request %s broke", g.get("request_id", ""), exc_info=error)
    return problem("internal_error", "pvdifyd met an error of its own. Its log has it under this request_id.")


_DETAILS = {
    "not_found": "There is nothing at this address. The API is described at /api/v1/docs.",
    "body_too_large": "The body may have 1 MiB at most.",
}


def _field_error(error: FieldError) -> dict[str, Any]:
    value = error.value
    if not isinstance(value, (str, int, float, bool, type(None))) or len(str(value)) > VALUE_LIMIT:
        value = errors.shown(value, VALUE_LIMIT)
    return {"field": error.field, "value": value, "rule": error.rule, "message": error.message}

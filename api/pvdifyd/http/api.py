"""flask-smorest's Api with our error body, documented with its media type."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response
from flask_smorest import Api as SmorestApi
from marshmallow import Schema
from marshmallow import fields as plain
from werkzeug.exceptions import HTTPException

from pvdifyd import __version__
from pvdifyd.http import problems

DESCRIPTION = (
    "Apps, releases and operations of pvdify. Every change is an operation: the answer is 202 with its "
    "Location, and /operations/{id}/events tells what happens. Errors are problem+json with a stable code."
)


class FieldErrorSchema(Schema):
    """A field that broke a rule."""

    field = plain.String()
    value = plain.Raw(allow_none=True)
    rule = plain.String()
    message = plain.String()


class ProblemSchema(Schema):
    """What went wrong (RFC 9457). code is stable; detail is for people."""

    type = plain.String()
    title = plain.String()
    status = plain.Integer()
    detail = plain.String()
    code = plain.String(metadata={"enum": sorted(problems.TITLES)})
    request_id = plain.String()
    errors = plain.List(plain.Nested(FieldErrorSchema))


class Api(SmorestApi):  # type: ignore[misc]
    """Registers the resources, documents them, and answers every error in one form."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The answer for an error of Flask's or Werkzeug's."""
        return problems.of_http_exception(error)

    def _register_responses(self) -> None:
        # flask-smorest documents errors as application/json; ours are problem+json.
        for status in HTTPStatus:
            self._register_problem(status.name, status.phrase)
        self._register_problem("DEFAULT_ERROR", "Any other error")

    def _register_problem(self, name: str, description: str) -> None:
        content: dict[str, Any] = {problems.MEDIA_TYPE: {"schema": ProblemSchema}}
        self.spec.components.response(name, {"description": description, "content": content}, lazy=True)


def configure(application: Flask) -> None:
    """The settings that flask-smorest reads."""
    application.config.update(
        API_TITLE="pvdify",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )

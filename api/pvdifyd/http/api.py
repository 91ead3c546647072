"""flask-smorest's Api with our error body, documented with its media type."""

from __future__ import annotations

import json
from functools import cached_property
from http import HTTPStatus
from typing import Any

from flask import Flask, Response
from flask_smorest import Api as SmorestApi
from flask_smorest.pagination import PaginationMetadataSchema
from marshmallow import Schema
from marshmallow import fields as plain
from werkzeug.exceptions import HTTPException

from pvdifyd import __version__
from pvdifyd.http import problems
from pvdifyd.http.config.address import ConfigKey
from pvdifyd.http.documentation import completed, rules

DESCRIPTION = (
    "Apps, releases and operations of pvdify. Every change is an operation: the answer is 202 with its "
    "Location, and /operations/{id}/events tells what happens. Errors are problem+json with a stable code."
)


class FieldErrorSchema(Schema):
    """A field that broke a rule."""

    field = plain.String(required=True)
    value = plain.Raw(allow_none=True, required=True)
    rule = plain.String(required=True)
    message = plain.String(required=True)


class ProblemSchema(Schema):
    """What went wrong (RFC 9457). code is stable; detail is for people."""

    type = plain.String(required=True)
    title = plain.String(required=True)
    status = plain.Integer(required=True)
    detail = plain.String(required=True)
    code = plain.String(required=True, metadata={"enum": sorted(problems.TITLES)})
    request_id = plain.String(required=True)
    errors = plain.List(plain.Nested(FieldErrorSchema))


class Api(SmorestApi):  # type: ignore[misc]
    """Registers the resources, documents them, and answers every error in one form."""

    ERROR_SCHEMA = ProblemSchema
    # Each status that an answer may have is documented: what is not, is a defect.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The answer for an error of Flask's or Werkzeug's."""
        return problems.of_http_exception(error)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document; to be asked for once all resources are registered."""
        return completed.completed(self.spec.to_dict())

    def _openapi_json(self) -> Response:
        return Response(json.dumps(self.document, indent=2), mimetype="application/json")

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.ma_plugin.converter.add_attribute_function(_said)

    def _register_responses(self) -> None:
        # flask-smorest documents errors as application/json; ours are problem+json.
        for status in HTTPStatus:
            content: dict[str, Any] = {problems.MEDIA_TYPE: {"schema": ProblemSchema}}
            answer = {"description": status.phrase, "content": content}
            self.spec.components.response(status.name, answer, lazy=status not in completed.EVERYWHERE)

    def _register_pagination_header(self) -> None:
        # flask-smorest documents it as an object in HTTP's own form; it is JSON.
        content = {"application/json": {"schema": PaginationMetadataSchema}}
        header = {"description": "Where in the list the page is.", "required": True, "content": content}
        self.spec.components.header("PAGINATION", header, lazy=True)


def _said(converter: Any, field: plain.Field[Any], **_: Any) -> dict[str, Any]:
    """What stands in a field's schema beside what apispec knows of it: our rules, those for the keys of a map too."""
    said = rules.said(field)
    key = getattr(field, "key_field", None)
    keys = rules.said(key) if key is not None else {}
    return {**said, **({"propertyNames": keys} if keys else {})}


def configure(application: Flask) -> None:
    """The settings that flask-smorest reads, and what addresses may have in them."""
    application.url_map.converters["config_key"] = ConfigKey
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

"""/apps/{name}/config: GET, PUT; /config/{key}: GET, DELETE; /config/versions and /config/versions/{version}: GET."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import RAISE

from pvdifyd.http import access, answers
from pvdifyd.http.authentication import caller
from pvdifyd.http.blueprint import Blueprint, Rows, RowsPage
from pvdifyd.http.config import tags
from pvdifyd.http.config.accepted import config_changed
from pvdifyd.http.config.schemas import (
    ConfigChangedSchema,
    ConfigChangeSchema,
    ConfigKeySchema,
    ConfigSchema,
    ConfigVersionItemSchema,
    ConfigVersionSchema,
    UnsetSchema,
)
from pvdifyd.http.tags import IF_MATCH
from pvdifyd.models.token import DEPLOY, READ
from pvdifyd.operations import find
from pvdifyd.operations.config import show, versions
from pvdifyd.operations.config.change import Wish, change_config, unset_key
from pvdifyd.operations.config.content import Change
from pvdifyd.operations.config.sealing import seal_ahead

blueprint = Blueprint("config", __name__, url_prefix="/api/v1/apps", description="The config vars of an app")


@blueprint.route("/<string:name>/config")
class Config(MethodView):
    @blueprint.conditional
    @blueprint.response(200, ConfigSchema)
    @blueprint.problems(401, 404)
    @access.of_app(READ)
    def get(self, name: str) -> Any:
        """Show an app's config; of its secrets, only which there are."""
        app = find.app(name)
        return show.config(versions.current(app)), 200, tags.headers(app, app.config_version)

    @blueprint.arguments(ConfigChangeSchema)
    @blueprint.response(202, ConfigChangedSchema)
    @blueprint.alt_response(200, schema=ConfigChangedSchema, success=True)
    @blueprint.problems(400, 401, 404, 409, 412, 413, 415, 422, 503)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER, IF_MATCH])
    @access.of_app(DEPLOY)
    def put(self, body: dict[str, Any], name: str) -> Response:
        """Set and remove config vars, as one new version. Where the app runs, the answer is 202, and Location is the
        operation that brings it a release with them; 200 where nothing runs, or nothing was changed and what runs has
        all of it."""
        change = Change(body["config"], body["secrets"])
        return config_changed(
            lambda: seal_ahead(name, change), partial(change_config, name, change, _wish(body))
        )


@blueprint.route("/<string:name>/config/<config_key:key>")
class OneKey(MethodView):
    @blueprint.conditional
    @blueprint.response(200, ConfigKeySchema)
    @blueprint.problems(401, 404)
    @access.of_app(READ)
    def get(self, name: str, key: str) -> dict[str, Any]:
        """Show a config var. The value of a secret can be read on its host alone."""
        return show.key(find.app(name), key)

    # A misspelt restart= must not restart what runs.
    @blueprint.arguments(UnsetSchema, location="query", unknown=RAISE)
    @blueprint.response(202, ConfigChangedSchema)
    @blueprint.alt_response(200, schema=ConfigChangedSchema, success=True)
    @blueprint.problems(401, 404, 409, 412, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER, IF_MATCH])
    @access.of_app(DEPLOY)
    def delete(self, query: dict[str, Any], name: str, key: str) -> Response:
        """Remove a config var, as a PUT that gives it as null does."""
        return _removed(name, key, query)


@blueprint.route("/<string:name>/config/versions")
class Versions(MethodView):
    @blueprint.conditional
    @blueprint.response(200, ConfigVersionItemSchema(many=True))
    @blueprint.problems(401, 404, 422)
    @blueprint.paginate(RowsPage)
    @access.of_app(READ)
    def get(self, name: str) -> Rows:
        """List an app's config versions, newest first."""
        app = find.app(name)
        return Rows(versions.listed(app), show.versions(app))

    @blueprint.arguments(UnsetSchema, location="query", unknown=RAISE)
    @blueprint.response(202, ConfigChangedSchema)
    @blueprint.alt_response(200, schema=ConfigChangedSchema, success=True)
    @blueprint.problems(401, 404, 409, 412, 422)
    @blueprint.doc(parameters=[answers.DOCUMENTED_HEADER, IF_MATCH])
    @access.of_app(DEPLOY)
    def delete(self, query: dict[str, Any], name: str) -> Response:
        """Remove the config var whose key is versions, as any other. Config versions stay for ever."""
        return _removed(name, "versions", query)


@blueprint.route("/<string:name>/config/versions/<string:version>")
class OneVersion(MethodView):
    @blueprint.conditional
    @blueprint.response(200, ConfigVersionSchema)
    @blueprint.problems(401, 404)
    @access.of_app(READ)
    def get(self, name: str, version: str) -> dict[str, Any]:
        """Show a config version; version: v6, or 6."""
        app = find.app(name)
        return show.version(app, versions.named(app, version))


def _removed(name: str, key: str, query: dict[str, Any]) -> Response:
    return config_changed(
        lambda: seal_ahead(name, Change({key: None})), partial(unset_key, name, key, _wish(query))
    )


def _wish(asked: dict[str, Any]) -> Wish:
    return Wish(caller().name, asked["message"], asked["restart"], tags.is_expected)

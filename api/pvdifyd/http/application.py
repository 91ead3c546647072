"""The Flask application: resources, and what every request and answer goes through."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from pvdifyd import tokens
from pvdifyd.errors import PvdifydError, shown, without_login
from pvdifyd.http import api, problems
from pvdifyd.http.access import address, declared
from pvdifyd.http.access.reach import authorise
from pvdifyd.http.apps.routes import blueprint as apps
from pvdifyd.http.audit.recording import record_the_rest
from pvdifyd.http.audit.routes import blueprint as audit
from pvdifyd.http.authentication import authenticate
from pvdifyd.http.config.routes import blueprint as config
from pvdifyd.http.documentation.routes import blueprint as documentation
from pvdifyd.http.domains.routes import blueprint as domains
from pvdifyd.http.edge.routes import blueprint as edge
from pvdifyd.http.events.routes import blueprint as events
from pvdifyd.http.health.routes import blueprint as health
from pvdifyd.http.hosts.routes import blueprint as hosts
from pvdifyd.http.instances.routes import blueprint as instances
from pvdifyd.http.logs.routes import blueprint as logs
from pvdifyd.http.operations.routes import blueprint as operations
from pvdifyd.http.processes.routes import blueprint as processes
from pvdifyd.http.registries.routes import blueprint as registries
from pvdifyd.http.releases.routes import blueprint as releases
from pvdifyd.http.rollback.routes import blueprint as rollback
from pvdifyd.http.schemas.routes import blueprint as schemas
from pvdifyd.http.services import Services
from pvdifyd.http.tokens.routes import blueprint as access_tokens
from pvdifyd.http.whoami.routes import blueprint as whoami

BODY_LIMIT = 1024 * 1024
PATH_LOGGED = 200
RESOURCES = (
    apps,
    config,
    releases,
    rollback,
    instances,
    processes,
    logs,
    domains,
    operations,
    events,
    registries,
    hosts,
    edge,
    whoami,
    access_tokens,
    audit,
    schemas,
    health,
)

REQUEST_ID = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

logger = logging.getLogger("pvdifyd.http")


def create_application(services: Services) -> Flask:
    """The application that answers with these services; the database must be connected."""
    application = Flask("pvdifyd", static_folder=None)
    application.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    application.url_map.merge_slashes = False
    services.install(application)
    application.before_request(_identify)
    application.before_request(address.refuse_token)
    application.before_request(authenticate)
    application.before_request(authorise)
    # Flask calls the last one first.
    application.after_request(_finish)
    application.after_request(record_the_rest)
    application.register_error_handler(PvdifydError, problems.of_refusal)
    application.register_error_handler(Exception, problems.of_exception)
    api.configure(application)
    described = api.Api(application)
    for blueprint in RESOURCES:
        described.register_blueprint(blueprint)
    application.register_blueprint(documentation)
    declared.check(application)
    return application


def _identify() -> None:
    sent = request.headers.get(REQUEST_ID, "")
    usable = _REQUEST_ID.fullmatch(sent) and not tokens.is_in(sent)
    g.request_id = sent if usable else secrets.token_hex(8)
    g.began = time.monotonic()


def _finish(answer: Response) -> Response:
    answer.headers[REQUEST_ID] = g.request_id
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    milliseconds = (time.monotonic() - g.began) * 1000
    path = shown(tokens.masked(without_login(request.path)), PATH_LOGGED)
    logger.info("%s %s %s %d %.0f ms", g.request_id, request.method, path, answer.status_code, milliseconds)
    return answer

"""The Flask application: resources, and what every request and answer goes through."""

from __future__ import annotations

from flask import Flask

from pvdifyd.errors import PvdifydError
from pvdifyd.http import api, every_request, problems, tags
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
from pvdifyd.http.install.routes import blueprint as install
from pvdifyd.http.instances.routes import blueprint as instances
from pvdifyd.http.logs.routes import blueprint as logs
from pvdifyd.http.metrics.counting import count_answer
from pvdifyd.http.metrics.routes import blueprint as metrics
from pvdifyd.http.operations.routes import blueprint as operations
from pvdifyd.http.processes.routes import blueprint as processes
from pvdifyd.http.rate_limit import requests as rate_limit
from pvdifyd.http.registries.routes import blueprint as registries
from pvdifyd.http.releases.routes import blueprint as releases
from pvdifyd.http.rollback.routes import blueprint as rollback
from pvdifyd.http.schemas.routes import blueprint as schemas
from pvdifyd.http.services import Services
from pvdifyd.http.tokens.routes import blueprint as access_tokens
from pvdifyd.http.whoami.routes import blueprint as whoami

BODY_LIMIT = 1024 * 1024
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
    install,
    health,
    metrics,
)


def create_application(services: Services) -> Flask:
    """The application that answers with these services; the database must be connected."""
    application = Flask("pvdifyd", static_folder=None)
    application.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    application.url_map.merge_slashes = False
    services.install(application)
    for look in (
        every_request.identify,
        address.refuse_token,
        rate_limit.count_for_address,
        authenticate,
        rate_limit.count_for_token,
        authorise,
    ):
        application.before_request(look)
    # Flask calls the last one first.
    for add in (
        every_request.finish,
        count_answer,
        rate_limit.tell,
        record_the_rest,
        tags.spare_what_is_known,
    ):
        application.after_request(add)
    application.register_error_handler(PvdifydError, every_request.refuse)
    application.register_error_handler(Exception, problems.of_exception)
    api.configure(application)
    described = api.Api(application)
    for blueprint in RESOURCES:
        described.register_blueprint(blueprint)
    application.register_blueprint(documentation)
    declared.check(application)
    return application

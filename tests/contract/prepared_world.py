"""An API with something to say: apps, releases, config, domains, operations; its hosts and its worker are fakes.

Each request finds it as it was made: what one changes is taken back once it was answered.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from pvdifyd import models
from pvdifyd.http.application import create_application
from pvdifyd.models import App, Domain, Edge, Host, Operation
from pvdifyd.models import event as events
from pvdifyd.settings import Settings
from tests.api.conftest import Api
from tests.api.edge import with_tunnel
from tests.api.fake_edge import EXISTS
from tests.api.rows import two_releases
from tests.contract.fake_services import services_without_a_worker


@dataclass(frozen=True)
class World:
    """Where it answers, and a token that may do everything; told: how often each route has answered with each status,
    as ("GET /api/v1/apps/{name}", 200)."""

    url: str
    token: str
    told: Counter[tuple[str, int]]


@contextmanager
def served(settings: Settings, token: str) -> Iterator[World]:
    """`myapp` serves its second release, `idle` has none; operation 1 has ended, 2 is queued. `demo` has a tunnel, and
    `myapp` domains; `spare`, with the app `shop`, is not ready for any more of them. The database has to be there, with
    `demo`, prepared, and the token."""
    application = create_application(services_without_a_worker(settings))
    _fill(Api(application.test_client(), token))
    taken_back = TakenBack(application)
    application.wsgi_app = taken_back  # type: ignore[method-assign]
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=KeptConnections)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield World(f"http://127.0.0.1:{server.server_port}", token, taken_back.told)
    server.shutdown()
    serving.join(10)
    server.server_close()


class TakenBack:
    """Answers one request after the other, each from an address of its own (so that no failure to sign in keeps the
    next one out), counts the answer, and then rolls back what it changed."""

    def __init__(self, application: Flask) -> None:
        self.told: Counter[tuple[str, int]] = Counter()
        self._application = application.wsgi_app
        self._routes = application.url_map
        self._addresses = itertools.count(1)
        self._one_at_a_time = threading.Lock()

    def __call__(self, environment: dict[str, Any], start: Any) -> list[bytes]:
        with self._one_at_a_time:
            number = next(self._addresses)
            environment["REMOTE_ADDR"] = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
            counting = self._counting(environment, start)
            models.connected()
            with models.database.atomic() as transaction:
                try:
                    with closing(self._application(environment, counting)) as parts:
                        return [b"".join(parts)]
                finally:
                    transaction.rollback()

    def _counting(self, environment: dict[str, Any], start: Any) -> Any:
        """The `start` of an answer, which counts it for its route; an address that is none's is nobody's answer."""
        try:
            rule, _ = self._routes.bind_to_environ(environment).match(return_rule=True)
        except HTTPException:
            return start
        route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)

        def counting(status: str, *more: Any) -> Any:
            self.told[f"{environment['REQUEST_METHOD']} {route}", int(status[:3])] += 1
            return start(status, *more)

        return counting


class KeptConnections(WSGIRequestHandler):
    """Thousands of requests in a few connections, and not a line on each."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Nothing is told."""


def _fill(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "processes": {"web": {}, "worker": {}}})
    api.ok("POST", "/apps", {"name": "idle"})
    change = {"config": {"LOG_LEVEL": "info", "versions": "1"}, "secrets": {"API_KEY": "secret"}}
    api.ok("PUT", "/apps/myapp/config", change)
    api.ok("PUT", "/registries/ghcr.io", {"username": "acme", "password": "secret"})
    _fill_with_domains(api)
    api.ok("POST", "/tokens", {"name": "spare", "scope": "read", "apps": ["myapp"]})
    app = App.get(App.name == "myapp")
    two_releases(app)
    for status in ("succeeded", "queued"):
        operation = Operation.create(
            kind="deploy", app=app, app_name="myapp", release_version=2, status=status, created_by="tester"
        )
        models.Event.create(operation=operation, type=events.STATUS, status=status, message=status)


def _fill_with_domains(api: Api) -> None:
    spare = Host.create(name="spare")
    api.ok("POST", "/apps", {"name": "shop", "host": spare.name})
    with_tunnel(Host.get(Host.name == "demo"))
    settings = {"certificates": "automatic", "email": None}
    Edge.create(host=spare, kind="caddy", settings=settings, updated_by="tester")
    at_cloudflare = {"zone": "myapp.com", "zone_id": "f" * 32, "record_id": "e" * 32}
    for app, name, known in (
        ("myapp", "myapp.com", {"status": "active", **at_cloudflare}),
        ("myapp", "*.preview.myapp.com", {"status": "failed", "reason": EXISTS}),
        ("myapp", "old.myapp.com", {"status": "removing", **at_cloudflare}),
        ("shop", "shop.example", {}),
    ):
        Domain.create(app=App.get(App.name == app), name=name, created_by="tester", **known)

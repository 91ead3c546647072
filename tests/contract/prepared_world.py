"""An API with something to say: apps, releases, config, operations; its host and its worker are fakes.

Each request finds it as it was made: what one changes is taken back once it was answered.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from pvdifyd import models
from pvdifyd.http.application import create_application
from pvdifyd.models import App, Operation
from pvdifyd.models import event as events
from pvdifyd.settings import Settings
from tests.api.conftest import Api
from tests.api.rows import two_releases
from tests.contract.fake_services import services_without_a_worker


@dataclass(frozen=True)
class World:
    """Where it answers, and a token that may do everything."""

    url: str
    token: str


@contextmanager
def served(settings: Settings, token: str) -> Iterator[World]:
    """`myapp` serves its second release, `idle` has none; operation 1 has ended, 2 is queued. The database has to be
    there, with a prepared host and the token."""
    application = create_application(services_without_a_worker(settings))
    _fill(Api(application.test_client(), token))
    application.wsgi_app = TakenBack(application.wsgi_app)  # type: ignore[method-assign]
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=KeptConnections)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield World(f"http://127.0.0.1:{server.server_port}", token)
    server.shutdown()
    serving.join(10)
    server.server_close()


class TakenBack:
    """Answers one request after the other, each from an address of its own (so that no failure to sign in keeps the
    next one out), and then rolls back what it changed."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._addresses = itertools.count(1)
        self._one_at_a_time = threading.Lock()

    def __call__(self, environment: dict[str, Any], start: Any) -> list[bytes]:
        with self._one_at_a_time:
            number = next(self._addresses)
            environment["REMOTE_ADDR"] = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
            models.connected()
            with models.database.atomic() as transaction:
                try:
                    with closing(self._application(environment, start)) as parts:
                        return [b"".join(parts)]
                finally:
                    transaction.rollback()


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
    api.ok("POST", "/tokens", {"name": "spare", "scope": "read", "apps": ["myapp"]})
    app = App.get(App.name == "myapp")
    two_releases(app)
    for status in ("succeeded", "queued"):
        operation = Operation.create(
            kind="deploy", app=app, app_name="myapp", release_version=2, status=status, created_by="tester"
        )
        models.Event.create(operation=operation, type=events.STATUS, status=status, message=status)

"""An application with an app that has everything a route may ask for."""

from __future__ import annotations

import pytest
from flask import Flask

from pvdifyd.models import App, Domain, Edge, Host, Operation
from tests.api.conftest import Api, RunningWorker
from tests.api.http.access.routes import Made
from tests.api.rows import two_releases


@pytest.fixture
def make_token(database: None) -> Made:
    return Made()


@pytest.fixture
def world(api: Api, prepared: Host, worker: RunningWorker, make_token: Made) -> Flask:
    """myapp with two releases, config, a credential, a domain and operation 1, which has ended; a token, spare; a host
    with a tunnel."""
    api.ok("POST", "/apps", {"name": "myapp", "bind_port": 3000})
    api.ok("PUT", "/apps/myapp/config", {"config": {"KEY": "value", "versions": "1"}})
    api.ok("PUT", "/registries/ghcr.io", {"username": "acme", "password": "secret", "app": "myapp"})
    api.ok("POST", "/tokens", {"name": "spare", "scope": "read"})
    app = App.get(App.name == "myapp")
    Domain.create(app=app, name="myapp.com", status="active", created_by="tester")
    Edge.create(
        host=prepared, kind="cloudflare", settings={"metrics_port": 2999}, prepared=True, updated_by="tester"
    )
    two_releases(app)
    Operation.create(kind="deploy", app=app, app_name="myapp", status="succeeded", created_by="tester")
    return api.client.application

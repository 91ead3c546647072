"""The whole way of a deploy: asked for over HTTP, run by the worker, told by its rows."""

from __future__ import annotations

from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import DIGEST, FakeEngine


def test_a_deploy_becomes_the_active_release(api: Api, worker: RunningWorker, engine: FakeEngine) -> None:
    created = api.ok("POST", "/apps", {"name": "myapp"})
    assert created["status"] == "empty"
    assert created["bind_port"] == 3000

    accepted = api("POST", "/apps/myapp/releases", {"image": "nginx"})
    assert accepted.status_code == 202
    assert accepted.headers["Location"] == f"/api/v1/operations/{accepted.json['operation']}"

    operation = api.wait(accepted.json["operation"])
    assert operation["status"] == "succeeded"
    assert operation["error"] is None
    release = api.ok("GET", "/apps/myapp/releases/1")
    assert release["status"] == "active"
    assert release["digest"] == DIGEST
    assert release["image"] == "nginx"
    app = api.ok("GET", "/apps/myapp")
    assert app["release"] == 1
    assert app["status"] == "live"
    assert app["image"] == "nginx"
    assert engine.runs[0].document["apps"]["myapp"]["image"] == "docker.io/library/nginx:latest"

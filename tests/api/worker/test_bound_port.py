"""A port that a person gives an app is taken with the next release, and by nothing before that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import FakeEngine


@pytest.fixture
def served(api: Api, worker: RunningWorker) -> Any:
    """An app whose first release serves at port 3000."""
    app = api.ok("POST", "/apps", {"name": "myapp", "bind_port": 3000})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"])
    return app


def port_of(engine: FakeEngine) -> int:
    return int(engine.runs[-1].document["apps"]["myapp"]["bind_port"])


def test_a_scale_or_a_restart_keeps_the_port_that_the_release_took(
    api: Api, served: Any, engine: FakeEngine
) -> None:
    assert api.ok("PATCH", "/apps/myapp", {"bind_port": 3100})["bind_port"] == 3100
    for path, body in (("scale", {"processes": {"web": 3}}), ("restart", None)):
        api.wait(api.ok("POST", f"/apps/myapp/ps/{path}", body)["id"])
        assert port_of(engine) == 3000


def test_the_next_release_takes_it(api: Api, served: Any, engine: FakeEngine) -> None:
    api.ok("PATCH", "/apps/myapp", {"bind_port": 3100})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})["operation"])
    assert port_of(engine) == 3100
    api.wait(api.ok("POST", "/apps/myapp/ps/restart")["id"])
    assert port_of(engine) == 3100


def test_until_then_nobody_else_gets_the_port_and_the_app_may_take_it_back(api: Api, served: Any) -> None:
    api.ok("PATCH", "/apps/myapp", {"bind_port": 3100})
    refused = api("POST", "/apps", {"name": "other", "bind_port": 3000})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "port_taken")
    assert api.ok("PATCH", "/apps/myapp", {"bind_port": 3000})["bind_port"] == 3000

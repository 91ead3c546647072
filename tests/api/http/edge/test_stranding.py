"""Records at Cloudflare that may be there though nobody told so hold the tunnel too."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.models import Domain, Event, Host, Operation
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.worker.domains import unsure
from tests.api.conftest import Api, RunningWorker
from tests.api.edge import with_tunnel
from tests.api.fake_edge import EXISTS
from tests.api.fake_engine import Failure, FakeEngine

SILENT = {"code": "cloudflare_silent", "message": "Cloudflare did not answer.", "next_step": "Try again."}
NO_ZONE = {"code": "zone_not_found", "message": "There is no zone.", "next_step": "Make one."}


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    with_tunnel(prepared)
    return api.ok("POST", "/apps", {"name": "myapp"})


def add(api: Api) -> Any:
    return api.wait(api.ok("POST", "/apps/myapp/domains", {"domain": "myapp.com"})["id"])


def set_none(api: Api) -> Any:
    return api("PUT", "/hosts/demo/edge", {"kind": "none"})


def assert_held(api: Api) -> None:
    refused = set_none(api)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "edge_in_use")
    assert "may be, at Cloudflare: myapp.com. " in refused.get_json()["detail"]


def test_a_call_whose_answer_was_lost(api: Api, app: Any, worker: RunningWorker, engine: FakeEngine) -> None:
    engine.edge.refuses["myapp.com"] = SILENT
    assert add(api)["status"] == "failed"
    assert_held(api)
    engine.edge.refuses["myapp.com"] = NO_ZONE
    add(api)
    assert_held(api)
    engine.edge.refuses.clear()
    assert api.wait(api.ok("DELETE", "/apps/myapp/domains/myapp.com")["id"])["status"] == "succeeded"
    assert set_none(api).status_code == 202


def test_a_run_that_was_cut_off_where_it_makes_records(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail_playbook["domains"] = [Failure("step_killed", "A step was killed.", "dns", {})]
    assert add(api)["status"] == "failed"
    assert_held(api)
    engine.edge.refuses["myapp.com"] = EXISTS
    engine.edge.tells["myapp.com"] = {"record": {"type": "A", "content": "192.0.2.7"}}
    add(api)
    assert set_none(api).status_code == 202, "another one was found in its place"


@pytest.mark.parametrize("failure", [Failure("tunnel_not_connected", "It has none.", "ingress", {}), None])
def test_what_failed_before_or_with_a_reason_of_its_own_made_none(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, failure: Any
) -> None:
    engine.fail_playbook["domains"] = [failure] if failure else []
    engine.edge.refuses["myapp.com"] = NO_ZONE
    assert add(api)["status"] == "failed"
    assert set_none(api).status_code == 202


def test_what_waits_to_make_records_holds_the_tunnel(api: Api, app: Any) -> None:
    waiting = api.ok("POST", "/apps/myapp/domains", {"domain": "myapp.com"})["id"]
    refused = set_none(api)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "edge_in_use")
    assert f"pvdify operations:info {waiting} --follow" in refused.get_json()["detail"]


def test_an_edge_that_was_lost_where_it_makes_records(api: Api, app: Any) -> None:
    row = Domain.create(app=1, name="myapp.com", status="active", created_by="tester")
    operation = Operation.create(kind="edge", app_name="", arguments={"host": "demo"}, created_by="tester")
    unsure.keep(operation, Touched(wanted=(row,)), None)
    assert not Domain.get().record_unsure
    Event.create(operation=operation, type="phase", phase="ingress", status="ok", message="")
    unsure.keep(operation, Touched(wanted=(row,)), None)
    assert Domain.get().record_unsure

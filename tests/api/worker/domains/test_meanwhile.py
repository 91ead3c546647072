"""What is asked for while an operation on domains runs, waits, is cut off or cancelled."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from pvdifyd.models import App, Domain, Host, Operation
from pvdifyd.models.operation import DESTROY, RUNNING, SUCCEEDED
from pvdifyd.operations import request
from pvdifyd.operations.deploy import request_deploy
from pvdifyd.operations.domains import queued
from pvdifyd.worker.claim import claim, next_in_line
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.edge import with_tunnel
from tests.api.fake_engine import Failure, FakeEngine

LOST = Failure("engine_failed", "Ansible was killed.", "ingress", {})


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    with_tunnel(prepared)
    return api.ok("POST", "/apps", {"name": "myapp", "bind_port": 3000})


def add(api: Api, name: str) -> int:
    return int(api.ok("POST", "/apps/myapp/domains", {"domain": name})["id"])


def remove(api: Api, name: str) -> int:
    return int(api.ok("DELETE", f"/apps/myapp/domains/{name}")["id"])


def statuses() -> dict[str, str]:
    return {row.name: row.status for row in Domain.select()}


def runs(api: Api, engine: FakeEngine, number: int) -> None:
    """Return when the operation's playbook has begun."""
    eventually(lambda: Operation.get_by_id(number).status == RUNNING and engine.runs)


def test_what_is_removed_while_it_is_added_ends_removed(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    adding = add(api, "myapp.com")
    runs(api, engine, adding)
    removing = remove(api, "myapp.com")
    assert removing != adding
    engine.gate.set()
    api.wait(adding)
    api.wait(removing)
    assert statuses() == {}
    assert engine.runs[-1].document["edges"]["demo"]["unwanted"][0]["record_id"] == "r-myapp.com"


def test_what_is_added_while_it_is_removed_ends_added(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(add(api, "myapp.com"))
    engine.gate, before = threading.Event(), len(engine.runs)
    removing = remove(api, "myapp.com")
    eventually(lambda: len(engine.runs) > before)
    adding = add(api, "myapp.com")
    assert removing != adding
    engine.gate.set()
    api.wait(removing)
    assert api.wait(adding)["status"] == "succeeded"
    assert statuses() == {"myapp.com": "active"}


def test_cut_off_it_is_run_again_and_its_domains_are_none_the_worse(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail_playbook["domains"] = [LOST, LOST]
    assert api.wait(add(api, "myapp.com"))["status"] == "succeeded"
    assert statuses() == {"myapp.com": "active"}
    engine.fail_playbook["domains"] = [LOST]
    assert api.wait(remove(api, "myapp.com"))["status"] == "succeeded"
    assert statuses() == {}


def test_a_destroy_that_is_cut_off_goes_on_with_its_domains(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(add(api, "myapp.com"))
    engine.fail_playbook = {"domains": [LOST], "remove": [replace(LOST, phase="remove")]}
    assert api.wait(api.ok("DELETE", "/apps/myapp")["id"])["status"] == "succeeded"
    playbooks = [run.playbook for run in engine.runs][1:]
    assert playbooks == ["domains", "domains", "remove", "remove"], "gone once, they are not looked for again"


def test_an_app_that_could_not_be_removed_has_its_domains_as_they_were(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(add(api, "myapp.com"))
    engine.breaks = ValueError("a fault")
    assert api.wait(api.ok("DELETE", "/apps/myapp")["id"])["error"]["code"] == "worker_error"
    assert statuses() == {"myapp.com": "active"}


def test_a_worker_with_a_fault_leaves_no_domain_on_its_way(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.breaks = ValueError("a fault")
    ended = api.wait(add(api, "myapp.com"))
    assert ended["error"]["code"] == "worker_error"
    domain = Domain.get()
    assert (domain.status, domain.reason["code"]) == ("failed", "worker_error")


def test_cancelled_before_it_began_nothing_was_added(api: Api, app: Any) -> None:
    number = add(api, "myapp.com")
    assert api.ok("POST", f"/operations/{number}/cancel")["status"] == "cancelled"
    domain = Domain.get()
    assert (domain.status, domain.reason["code"]) == ("failed", "cancelled")
    assert add(api, "myapp.com") != number
    assert statuses() == {"myapp.com": "pending"}


def test_cancelled_before_it_began_nothing_was_taken_away(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(add(api, "myapp.com"))
    engine.gate, before = threading.Event(), len(engine.runs)
    busy = add(api, "other.com")
    eventually(lambda: len(engine.runs) > before)
    number = remove(api, "myapp.com")
    api.ok("POST", f"/operations/{number}/cancel")
    assert statuses()["myapp.com"] == "active"
    destroying = api.ok("DELETE", "/apps/myapp")["id"]
    assert set(statuses().values()) == {"removing"}
    api.ok("POST", f"/operations/{destroying}/cancel")
    assert statuses()["myapp.com"] == "active"
    engine.gate.set()
    api.wait(busy)


def test_cancelled_before_it_led_to_another_port_it_does_not_say_that_all_is_well(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    for name in ("myapp.com", "goes.com"):
        api.wait(add(api, name))
    engine.gate, before = threading.Event(), len(engine.runs)
    busy = add(api, "other.com")
    eventually(lambda: len(engine.runs) > before)
    rerouting = queued.reroute(App.get(), ["goes.com", "myapp.com"], 3100, "tester").id
    removing = remove(api, "goes.com")
    api.ok("POST", f"/operations/{rerouting}/cancel")
    assert statuses() == {"myapp.com": "failed", "goes.com": "removing", "other.com": "pending"}
    assert "port" in Domain.get(Domain.name == "myapp.com").reason["message"]
    engine.gate.set()
    api.wait(busy)
    api.wait(removing)
    assert "goes.com" not in statuses()


def test_one_that_is_added_meanwhile_is_no_matter_of_a_reroute_that_fails(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    for name in ("myapp.com", "late.com"):
        api.wait(add(api, name))
    Domain.update(status="failed").where(Domain.name == "late.com").execute()
    Domain.create(app=App.get(), name="pending.com", created_by="tester")
    engine.gate, before = threading.Event(), len(engine.runs)
    engine.fail_playbook["domains"] = [replace(LOST, code="tunnel_not_connected")]
    rerouting = queued.reroute(App.get(), ["late.com", "myapp.com", "pending.com"], 3100, "tester").id
    eventually(lambda: len(engine.runs) > before)
    Domain.update(status="pending").where(Domain.name == "late.com").execute()
    engine.gate.set()
    assert api.wait(rerouting)["status"] == "failed"
    assert statuses() == {"myapp.com": "failed", "late.com": "pending", "pending.com": "pending"}


def test_a_reroute_that_is_given_up_says_that_its_domains_lead_to_the_port_of_before(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(add(api, "myapp.com"))
    Domain.create(app=App.get(), name="pending.com", created_by="tester")
    engine.breaks = ValueError("a fault")
    rerouting = queued.reroute(App.get(), ["myapp.com", "pending.com"], 3100, "tester").id
    assert api.wait(rerouting)["error"]["code"] == "worker_error"
    assert statuses() == {"myapp.com": "failed", "pending.com": "pending"}
    assert Domain.get(Domain.name == "myapp.com").reason["code"] == "worker_error"


def test_taken_away_though_the_rest_was_cancelled_it_does_not_say_that_it_is_there(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    for name in ("myapp.com", "other.com"):
        api.wait(add(api, name))
    engine.gate, before = threading.Event(), len(engine.runs)
    removing = remove(api, "myapp.com")
    eventually(lambda: len(engine.runs) > before)
    clearing = api.ok("DELETE", "/apps/myapp/domains")["id"]
    assert clearing != removing
    api.ok("POST", f"/operations/{clearing}/cancel")
    engine.gate.set()
    api.wait(removing)
    assert statuses() == {"myapp.com": "failed", "other.com": "active"}
    domain = Domain.get(Domain.name == "myapp.com")
    assert (domain.record_id, domain.reason["code"]) == (None, "cancelled")
    api.wait(remove(api, "myapp.com"))
    assert statuses() == {"other.com": "active"}


def test_what_has_begun_can_not_be_cancelled(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    number = add(api, "myapp.com")
    runs(api, engine, number)
    refused = api("POST", f"/operations/{number}/cancel")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_cancellable")
    engine.gate.set()
    assert api.wait(number)["status"] == "succeeded"


def make(host: Host, name: str, port: int) -> App:
    return App.create(name=name, environment="production", host=host, processes={}, bind_port=port)


def test_one_at_a_time_tells_a_host_its_routes(host: Host) -> None:
    a, b, c = (make(host, name, port) for name, port in (("a", 3000), ("b", 3001), ("c", 3002)))
    Domain.create(app=c, name="c.example.com", created_by="tester")
    of_a = request.queue(a, "domains", "tester", arguments={"domains": []}).id
    of_b = request.queue(b, "domains", "tester", arguments={"domains": []}).id
    edge = request.queue(None, "edge", "tester", arguments={"host": "demo"}).id
    of_c = request.queue(c, DESTROY, "tester").id
    for number in (of_b, of_a, edge, of_c):
        assert claim(number) is not None
        assert [claim(other) for other in (of_a, of_b, edge, of_c) if other != number] == [None] * 3
        assert next_in_line() == []
        Operation.update(status=SUCCEEDED).where(Operation.id == number).execute()


def test_they_wait_for_no_deploy_of_another_app(host: Host) -> None:
    a, b, c = (make(host, name, port) for name, port in (("a", 3000), ("b", 3001), ("c", 3002)))
    deploy = request_deploy("a", "nginx", "tester")[1].id
    assert claim(deploy) is not None
    waiting = request.queue(a, "domains", "tester", arguments={"domains": []}).id
    of_b = request.queue(b, "domains", "tester", arguments={"domains": []}).id
    without_domains = request.queue(c, DESTROY, "tester").id
    assert next_in_line() == [of_b, without_domains], "what waits for its own app is in nobody's way"
    assert claim(of_b) is not None
    assert claim(without_domains) is not None
    assert claim(waiting) is None

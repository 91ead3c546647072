"""Which edge others go by while another one is asked for, brought, given up or failed."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from pvdifyd.inventory import database_document
from pvdifyd.models import App, Domain, Edge, Host, HostSecret, Operation
from pvdifyd.operations import recipients
from pvdifyd.settings import Settings
from tests.api.age_identity import Identity
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.edge import ASKED, CREDENTIALS, SETTINGS, TUNNEL, with_tunnel
from tests.api.fake_engine import Failure, FakeEngine

OTHER = "11111111-765d-4adf-8112-31c55c1551ef"
ANOTHER = {
    **ASKED,
    "tunnel_id": OTHER,
    "token": "another-token",
    "credentials": json.dumps({**CREDENTIALS, "TunnelID": OTHER}),
}
FORBIDDEN = Failure("cloudflare_forbidden", "Cloudflare does not accept the token.", "dns", {})
NOT_CONNECTED = Failure("tunnel_not_connected", "The tunnel has no connection.", "ingress", {})


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    with_tunnel(prepared)
    return api.ok("POST", "/apps", {"name": "myapp", "bind_port": 3000})


def put(api: Api, settings: Any = ANOTHER, host: str = "demo") -> Any:
    return api("PUT", f"/hosts/{host}/edge", {"kind": "cloudflare", "cloudflare": settings})


def add(api: Api, name: str = "myapp.com") -> Any:
    return api.wait(api.ok("POST", "/apps/myapp/domains", {"domain": name})["id"])


def deploy(api: Api) -> Any:
    return api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"])


def rerouted(api: Api) -> Any:
    """The operation that follows a release which took another port."""
    deploy(api)
    api.ok("PATCH", "/apps/myapp", {"bind_port": 3100})
    deploy(api)
    return api.wait(api.ok("GET", "/operations?app=myapp")[0]["id"])


def notes(api: Api, operation: int) -> list[str]:
    headers = {"Accept": "application/json"}
    events = api("GET", f"/operations/{operation}/events", headers=headers).get_json()
    return [event["message"] for event in events if event["type"] == "note"]


def assert_as_it_was(api: Api, *, operation: int) -> None:
    edge = api.ok("GET", "/hosts/demo/edge")
    assert (edge["ready"], edge["operation"]) == (True, operation)
    assert edge["cloudflare"] == SETTINGS
    assert [(row.name, row.document) for row in HostSecret.select().order_by(HostSecret.name)] == [
        ("cloudflare_token", "document of cloudflare_token"),
        ("tunnel_credentials", "document of tunnel_credentials"),
    ]
    assert Edge.select().count() == 1


def test_one_that_failed_before_anything_was_touched_leaves_the_one_before_in_force(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    add(api)
    engine.fail_playbook["edge"] = [FORBIDDEN]
    operation = put(api).get_json()["id"]
    assert api.wait(operation)["error"]["code"] == "cloudflare_forbidden"
    assert_as_it_was(api, operation=operation)
    following = rerouted(api)
    assert (following["kind"], following["status"]) == ("domains", "succeeded")
    told = engine.runs[-1].document["edges"]["demo"]["cloudflare"]
    assert (told["tunnel_id"], told["token"]) == (TUNNEL, "document of cloudflare_token")
    assert add(api, "www.myapp.com")["status"] == "succeeded"


def test_one_that_was_cancelled_leaves_the_one_before_in_force(api: Api, app: Any) -> None:
    operation = put(api).get_json()["id"]
    edge = api.ok("GET", "/hosts/demo/edge")
    assert (edge["ready"], edge["cloudflare"]["tunnel_id"]) == (False, OTHER), "what was asked for is shown"
    assert api.ok("POST", f"/operations/{operation}/cancel")["status"] == "cancelled"
    assert_as_it_was(api, operation=operation)


def test_a_first_one_that_was_cancelled_leaves_none(api: Api, prepared: Host) -> None:
    operation = put(api).get_json()["id"]
    api.ok("POST", f"/operations/{operation}/cancel")
    edge = api.ok("GET", "/hosts/demo/edge")
    assert (edge["kind"], edge["ready"], edge["secrets"]) == ("none", True, [])
    assert HostSecret.select().count() == 0


def test_until_it_is_brought_everything_else_goes_by_the_one_before(
    api: Api, app: Any, settings: Settings
) -> None:
    put(api)
    told = database_document(settings)["edges"]["demo"]["cloudflare"]
    assert (told["tunnel_id"], told["token"]) == (TUNNEL, "document of cloudflare_token")
    assert [row["edge"] for row in api.ok("GET", "/hosts")] == ["cloudflare"]


def test_once_it_is_brought_everything_goes_by_it(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, identity: Identity
) -> None:
    assert api.wait(put(api).get_json()["id"])["status"] == "succeeded"
    add(api)
    told = engine.runs[-1].document["edges"]["demo"]["cloudflare"]
    assert (told["tunnel_id"], identity.read(told["token"])["value"]) == (OTHER, "another-token")
    assert (Edge.select().count(), HostSecret.select().count()) == (1, 2)


def test_by_one_that_failed_midway_nothing_goes_until_it_is_set_again(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    add(api)
    engine.fail_playbook["edge"] = [NOT_CONNECTED]
    api.wait(put(api).get_json()["id"])
    edge = api.ok("GET", "/hosts/demo/edge")
    assert (edge["ready"], edge["cloudflare"]["tunnel_id"]) == (False, OTHER)
    before = len(engine.runs)
    ended = api.wait(api.ok("DELETE", "/apps/myapp/domains/myapp.com")["id"])
    assert (ended["status"], ended["error"]["code"]) == ("failed", "edge_not_ready")
    assert "pvdify edge:set cloudflare" in ended["error"]["next_step"]
    assert len(engine.runs) == before, "the host was not asked"
    domain = api.ok("GET", "/apps/myapp/domains/myapp.com")
    assert (domain["status"], domain["reason"]["code"]) == ("failed", "edge_not_ready")
    assert domain["record_id"] == "r-myapp.com"
    assert rerouted(api)["error"]["code"] == "edge_not_ready"
    ended = api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    assert (ended["status"], ended["error"]["code"]) == ("failed", "edge_not_ready")
    assert api.ok("GET", "/apps/myapp")["domains"] == ["myapp.com"], "nobody else knows of the record"
    assert api.wait(put(api).get_json()["id"])["status"] == "succeeded"
    assert engine.runs[-1].document["edges"]["demo"]["routes"][0]["port"] == 3100
    assert api.ok("GET", "/apps/myapp/domains/myapp.com")["status"] == "active"
    assert api.wait(api.ok("DELETE", "/apps/myapp")["id"])["status"] == "succeeded"
    assert Domain.select().count() == 0


def test_a_worker_that_was_given_up_midway_leaves_an_edge_that_is_not_ready(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.breaks = ValueError("a fault")
    operation = put(api).get_json()["id"]
    assert api.wait(operation)["error"]["code"] == "worker_error"
    assert_as_it_was(api, operation=operation)
    engine.breaks, engine.fail_playbook["edge"] = None, [NOT_CONNECTED] * 5
    assert api.wait(put(api).get_json()["id"])["status"] == "failed"
    assert api.ok("GET", "/hosts/demo/edge")["ready"] is False


def test_an_app_without_records_goes_though_the_edge_of_its_host_is_not_ready(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    add(api)
    Edge.create(host=prepared, kind="caddy", settings={}, prepared=False, updated_by="tester")
    ended = api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    assert (ended["status"], App.select().count()) == ("succeeded", 0)
    (note,) = notes(api, ended["id"])
    assert "may still route myapp.com" in note
    assert [run.playbook for run in engine.runs] == ["remove"]


AWAY = Failure("host_unreachable", "The host can't be reached.", "edge", {})


@pytest.mark.parametrize("kind", ["caddy", "none"])
def test_a_host_that_was_away_has_kept_its_edge_whatever_kind_was_asked_for(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, kind: str
) -> None:
    engine.fail_playbook["edge"] = [AWAY]
    wish = {"kind": kind, **({"caddy": {}} if kind == "caddy" else {})}
    operation = api.ok("PUT", "/hosts/demo/edge", wish)["id"]
    assert api.wait(operation)["error"]["code"] == "host_unreachable"
    assert_as_it_was(api, operation=operation)


def test_a_host_that_could_not_be_rid_of_its_edge_may_still_route(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    Edge.create(host=prepared, kind="caddy", settings={}, prepared=True, updated_by="tester")
    api.ok("POST", "/apps", {"name": "myapp"})
    add(api)
    Domain.update(record_id=None).execute()  # Caddy makes none
    engine.fail_playbook["edge"] = [Failure("host_command_failed", "It failed.", "ingress", {})]
    api.wait(api.ok("PUT", "/hosts/demo/edge", {"kind": "none"})["id"])
    assert (api.ok("GET", "/hosts/demo/edge")["kind"], api.ok("GET", "/hosts/demo/edge")["ready"]) == (
        "none",
        False,
    )
    refused = api("POST", "/apps/myapp/domains", {"domain": "www.myapp.com"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "edge_not_ready")
    assert "The edge of demo, none, is not ready." in refused.get_json()["detail"]
    ended = api.wait(api.ok("DELETE", "/apps/myapp/domains/myapp.com")["id"])
    assert (ended["status"], ended["error"]["code"]) == ("failed", "edge_not_ready")
    assert [row.name for row in Domain.select()] == ["myapp.com"]
    ended = api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    (note,) = notes(api, ended["id"])
    assert "may still route myapp.com" in note


def test_what_is_asked_while_one_is_brought_keeps_the_secrets_of_that(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, identity: Identity
) -> None:
    engine.gate, engine.fail_playbook["edge"] = threading.Event(), [FORBIDDEN]
    first = put(api).get_json()["id"]
    eventually(lambda: engine.runs)
    without = {key: value for key, value in ANOTHER.items() if key not in ("token", "credentials")}
    second = put(api, without).get_json()["id"]
    assert second != first
    assert recipients.own_secrets_of(Host.get()).count() == 6, "a rotation finds all of them"
    engine.gate.set()
    assert api.wait(first)["status"] == "failed"
    assert api.wait(second)["status"] == "succeeded"
    told = engine.runs[-1].document["edges"]["demo"]["cloudflare"]
    assert identity.read(told["token"])["value"] == "another-token"
    assert json.loads(identity.read(told["credentials"])["value"])["TunnelID"] == OTHER


def test_a_port_that_a_release_takes_while_the_first_edge_is_brought_is_followed(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "bind_port": 3000})
    deploy(api)
    add(api)
    engine.held["ingress"] = threading.Event()
    edge = put(api).get_json()["id"]
    eventually(lambda: Operation.get_by_id(edge).status == "running")
    api.ok("PATCH", "/apps/myapp", {"bind_port": 3100})
    deploy(api)
    engine.held["ingress"].set()
    assert api.wait(edge)["status"] == "succeeded"
    following = api.wait(api.ok("GET", "/operations?app=myapp")[0]["id"])
    assert (following["kind"], following["status"]) == ("domains", "succeeded")
    assert engine.runs[-1].document["edges"]["demo"]["routes"][0]["port"] == 3100


def test_a_tunnel_is_of_one_host(api: Api, prepared: Host) -> None:
    with_tunnel(Host.create(name="web2", recipient=prepared.recipient))
    refused = put(api, ASKED)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "tunnel_in_use")
    assert "web2" in refused.get_json()["detail"]
    assert Operation.select().count() == 0
    assert put(api).status_code == 202
    refused = put(api, ANOTHER, host="web2")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "tunnel_in_use"), (
        "it is about to be used"
    )

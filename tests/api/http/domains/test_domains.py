"""Domains of an app: added, listed, taken away, and what is asked of the host for it."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.models import App, Domain, Host, Operation, Token
from tests.api.conftest import Api, RunningWorker
from tests.api.edge import SETTINGS, with_tunnel
from tests.api.fake_edge import EXISTS
from tests.api.fake_engine import FakeEngine

FORBIDDEN = {"code": "cloudflare_forbidden", "message": "Cloudflare does not accept the token."}


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    with_tunnel(prepared)
    return api.ok("POST", "/apps", {"name": "myapp", "bind_port": 3000})


def add(api: Api, name: str, app: str = "myapp", **more: Any) -> Any:
    return api("POST", f"/apps/{app}/domains", {"domain": name, **more})


def added(api: Api, *names: str, app: str = "myapp") -> Any:
    """The last operation, once all have ended."""
    numbers = [add(api, name, app).get_json()["id"] for name in names]
    return [api.wait(number) for number in numbers][-1]


def statuses(api: Api, app: str = "myapp") -> dict[str, str]:
    return {row["domain"]: row["status"] for row in api.ok("GET", f"/apps/{app}/domains")}


def told(engine: FakeEngine) -> Any:
    """What the host was told last."""
    return engine.runs[-1].document["edges"]["demo"]


def test_adding_is_an_operation(api: Api, app: Any) -> None:
    answer = add(api, "MyApp.com")
    operation = answer.get_json()
    assert (answer.status_code, operation["kind"], operation["app"]) == (202, "domains", "myapp")
    assert operation["arguments"] == {"domains": ["myapp.com"]}
    assert answer.headers["Location"] == f"/api/v1/operations/{operation['id']}"
    domain = api.ok("GET", "/apps/myapp/domains/MYAPP.com.")
    assert (domain["domain"], domain["status"], domain["reason"]) == ("myapp.com", "pending", None)
    assert (domain["app"], domain["host"], domain["edge"], domain["force"]) == (
        "myapp",
        "demo",
        "cloudflare",
        False,
    )
    assert domain["created_by"] == "tester"
    assert api.ok("GET", "/apps/myapp")["domains"] == ["myapp.com"]


def test_what_the_host_found_out_is_kept(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    assert added(api, "myapp.com")["status"] == "succeeded"
    domain = api.ok("GET", "/apps/myapp/domains/myapp.com")
    assert (domain["status"], domain["zone"], domain["zone_id"]) == ("active", "example.com", "z1")
    assert domain["record_id"] == "r-myapp.com"
    assert engine.runs[-1].playbook == "domains"


def test_the_host_is_told_all_of_its_routes_and_what_is_touched(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "other", "bind_port": 3001})
    added(api, "z.example.com", "a.example.com")
    operation = added(api, "*.example.com", app="other")
    assert told(engine) == {
        "kind": "cloudflare",
        "operation": operation["id"],
        "routes": [
            {"domain": "*.example.com", "app": "other", "address": "127.0.0.1", "port": 3001},
            {"domain": "a.example.com", "app": "myapp", "address": "127.0.0.1", "port": 3000},
            {"domain": "z.example.com", "app": "myapp", "address": "127.0.0.1", "port": 3000},
        ],
        "wanted": [{"domain": "*.example.com", "app": "other", "force": False, "record_id": None}],
        "unwanted": [],
        "cloudflare": {
            **SETTINGS,
            "token": "document of cloudflare_token",
            "credentials": "document of tunnel_credentials",
        },
        "caddy": None,
    }
    assert engine.runs[-1].app is None


@pytest.mark.parametrize(
    ("bound", "address"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.9", "127.0.0.1"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_the_address_is_where_the_host_reaches_the_app(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, bound: str, address: str
) -> None:
    Host.update(bind_address=bound).execute()
    added(api, "myapp.com")
    assert told(engine)["routes"][0]["address"] == address


def test_many_that_wait_are_one_operation(api: Api, app: Any) -> None:
    numbers = {add(api, f"d{number}.example.com").get_json()["id"] for number in range(20)}
    assert len(numbers) == 1
    assert len(Operation.get_by_id(numbers.pop()).arguments["domains"]) == 20


def test_one_that_is_on_its_way_is_not_asked_for_twice(api: Api, app: Any) -> None:
    first, again = add(api, "myapp.com").get_json(), add(api, "myapp.com").get_json()
    assert first["id"] == again["id"]
    Operation.update(status="running", started_at="2026-01-05T10:30:00Z").execute()
    assert add(api, "myapp.com").get_json()["id"] == first["id"]
    assert add(api, "other.com").get_json()["id"] != first["id"], "what runs has told its host already"


def test_an_active_one_that_is_added_again_is_looked_after_and_stays_active(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    first = added(api, "myapp.com")
    again = add(api, "myapp.com").get_json()
    assert again["id"] != first["id"]
    assert api.ok("GET", "/apps/myapp/domains/myapp.com")["status"] == "active"
    assert api.wait(again["id"])["status"] == "succeeded"
    assert told(engine)["wanted"] == [
        {"domain": "myapp.com", "app": "myapp", "force": False, "record_id": "r-myapp.com"}
    ]


def test_a_domain_that_fails_has_its_reason_and_the_others_are_none_the_worse(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.edge.refuses["b.example.com"] = EXISTS
    api.ok("PATCH", "/apps/myapp", {"domains": ["a.example.com", "b.example.com"]})
    (operation,) = api.ok("GET", "/operations?app=myapp")
    ended = api.wait(operation["id"])
    assert (ended["status"], ended["error"]["code"], ended["error"]["phase"]) == (
        "failed",
        "record_exists",
        "dns",
    )
    assert ended["error"]["message"] == f"b.example.com: {EXISTS['message']}"
    assert ended["error"]["next_step"] == EXISTS["next_step"]
    assert statuses(api) == {"a.example.com": "active", "b.example.com": "failed"}
    assert api.ok("GET", "/apps/myapp/domains/b.example.com")["reason"] == {**EXISTS, "phase": "dns"}


def test_one_that_failed_is_tried_again_and_with_force_if_that_is_asked_for(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.edge.refuses["myapp.com"] = EXISTS
    added(api, "myapp.com")
    del engine.edge.refuses["myapp.com"]
    answer = add(api, "myapp.com", force=True).get_json()
    assert api.wait(answer["id"])["status"] == "succeeded"
    assert told(engine)["wanted"][0]["force"] is True
    domain = api.ok("GET", "/apps/myapp/domains/myapp.com")
    assert (domain["status"], domain["reason"]) == ("active", None)


def test_force_replaces_a_record_once_and_none_that_comes_later(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.edge.refuses["myapp.com"] = FORBIDDEN
    api.wait(add(api, "myapp.com", force=True).get_json()["id"])
    assert api.ok("GET", "/apps/myapp/domains/myapp.com")["force"] is True, "it is not done yet"
    engine.edge.refuses.clear()
    api.wait(add(api, "myapp.com", force=True).get_json()["id"])
    assert api.ok("GET", "/apps/myapp/domains/myapp.com")["force"] is False
    added(api, "myapp.com")
    assert told(engine)["wanted"][0]["force"] is False


def test_another_app_can_not_have_it_and_learns_whose_it_is_if_it_may(
    api: Api, app: Any, worker: RunningWorker
) -> None:
    api.ok("POST", "/apps", {"name": "other"})
    add(api, "myapp.com")
    refused = add(api, "MYAPP.com", "other")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "domain_in_use")
    assert "domains:remove myapp myapp.com" in refused.get_json()["detail"]
    Token.update(apps=["other"]).execute()
    refused = add(api, "myapp.com", "other")
    assert refused.get_json()["code"] == "domain_in_use"
    assert "leads to another app" in refused.get_json()["detail"]
    assert "domains:remove" not in refused.get_json()["detail"]


def test_removing_takes_it_away_once_its_record_is_gone(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    added(api, "myapp.com", "www.myapp.com")
    accepted = api("DELETE", "/apps/myapp/domains/www.myapp.com")
    assert (accepted.status_code, accepted.get_json()["arguments"]) == (202, {"domains": ["www.myapp.com"]})
    assert api.wait(accepted.get_json()["id"])["status"] == "succeeded"
    assert statuses(api) == {"myapp.com": "active"}
    assert [route["domain"] for route in told(engine)["routes"]] == ["myapp.com"]
    assert told(engine)["wanted"] == []
    assert told(engine)["unwanted"] == [
        {"domain": "www.myapp.com", "app": "myapp", "zone_id": "z1", "record_id": "r-www.myapp.com"}
    ]


def test_one_on_its_way_out_is_none_of_the_apps_and_asked_for_once(api: Api, app: Any) -> None:
    add(api, "myapp.com")
    first = api.ok("DELETE", "/apps/myapp/domains/myapp.com")
    again = api.ok("DELETE", "/apps/myapp/domains/myapp.com")
    assert first["id"] == again["id"]
    assert statuses(api) == {"myapp.com": "removing"}
    assert api.ok("GET", "/apps/myapp")["domains"] == []


def test_until_its_record_is_gone_it_keeps_its_route(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "other"})
    added(api, "myapp.com")
    Domain.update(status="removing").execute()
    added(api, "other.com", app="other")
    assert [route["domain"] for route in told(engine)["routes"]] == ["myapp.com", "other.com"]


def test_all_are_taken_away_at_once(api: Api, app: Any, worker: RunningWorker) -> None:
    added(api, "a.example.com", "b.example.com")
    accepted = api.ok("DELETE", "/apps/myapp/domains")
    assert accepted["arguments"] == {"domains": ["a.example.com", "b.example.com"]}
    api.wait(accepted["id"])
    assert statuses(api) == {}
    refused = api("DELETE", "/apps/myapp/domains")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "domain_not_found")


def test_removal_that_fails_leaves_it_failed_and_can_be_asked_for_again(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    added(api, "myapp.com")
    engine.edge.refuses["myapp.com"] = FORBIDDEN
    assert api.wait(api.ok("DELETE", "/apps/myapp/domains/myapp.com")["id"])["status"] == "failed"
    domain = api.ok("GET", "/apps/myapp/domains/myapp.com")
    assert (domain["status"], domain["reason"]["code"]) == ("failed", "cloudflare_forbidden")
    assert domain["record_id"] == "r-myapp.com", "what is there still is known still"
    engine.edge.refuses.clear()
    api.wait(api.ok("DELETE", "/apps/myapp/domains/myapp.com")["id"])
    assert statuses(api) == {}


@pytest.mark.parametrize("name", ["nowhere.com", "https:%2F%2Fmyapp.com", "nodot"])
def test_what_is_not_there(api: Api, app: Any, name: str) -> None:
    for method in ("GET", "DELETE"):
        answer = api(method, f"/apps/myapp/domains/{name}")
        assert answer.get_json()["code"] in ("domain_not_found", "validation_failed", "not_found")
        assert answer.status_code in (404, 422)
    assert Operation.select().count() == 0


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({}, "domain", "required"),
        ({"domain": "nodot"}, "domain", "domain_name"),
        ({"domain": "https://myapp.com/"}, "domain", "domain_name"),
        ({"domain": "www.*.com"}, "domain", "domain_name"),
        ({"domain": None}, "domain", "not_null"),
        ({"domain": ["myapp.com"]}, "domain", "string"),
        ({"domain": "myapp.com", "force": "yes"}, "force", "boolean"),
        ({"domain": "myapp.com", "zone": "x"}, "zone", "unknown_field"),
    ],
)
def test_what_breaks_a_rule_is_named(api: Api, app: Any, body: Any, field: str, rule: str) -> None:
    answer = api("POST", "/apps/myapp/domains", body)
    (error,) = answer.get_json()["errors"]
    assert (answer.status_code, error["field"], error["rule"]) == (422, field, rule)
    assert Domain.select().count() == 0


def test_an_app_on_its_way_out_gets_none(api: Api, app: Any) -> None:
    api.ok("DELETE", "/apps/myapp")
    refused = add(api, "myapp.com")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "app_removing")


def test_the_list_comes_in_pages(api: Api, app: Any) -> None:
    for name in ("c.example", "a.example", "b.example"):
        add(api, name)
    answer = api("GET", "/apps/myapp/domains?page=2&page_size=2")
    assert [row["domain"] for row in answer.get_json()] == ["c.example"]
    assert '"total": 3' in answer.headers["X-Pagination"]


def test_the_same_request_gets_the_same_answer(api: Api, app: Any) -> None:
    key = {"Idempotency-Key": "6f1d"}
    first = api("POST", "/apps/myapp/domains", {"domain": "myapp.com"}, headers=key)
    Domain.delete().execute()
    again = api("POST", "/apps/myapp/domains", {"domain": "myapp.com"}, headers=key)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert Domain.select().count() == 0


def test_notes_tell_of_the_zones_mode_and_of_records_that_stay(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.edge.zones = {
        "example.com": {
            "tls": "flexible",
            "changed": False,
            "note": "The TLS mode of example.com at Cloudflare is flexible, not strict.",
        },
        "example.net": {"tls": "strict", "changed": True, "note": None},
        "example.org": {"tls": "strict", "changed": False, "note": None},
        "example.dev": {"tls": None, "changed": False, "note": "The TLS mode of example.dev is not known."},
    }
    engine.edge.tells["a.example.com"] = {
        "change": "left",
        "record": {"type": "A", "content": "192.0.2.7", "proxied": False},
    }
    operation = added(api, "a.example.com")
    events = api.client.get(
        f"/api/v1/operations/{operation['id']}/events",
        headers={"Authorization": f"Bearer {api.token}", "Accept": "application/json"},
    ).get_json()
    notes = [event["message"] for event in events if event["type"] == "note"]
    assert "The TLS mode of example.com at Cloudflare is flexible" in notes[0]
    assert "example.net is Full (strict) now" in notes[1]
    assert "example.dev is not known" in notes[2]
    assert "a.example.com (A 192.0.2.7)" in notes[3]


def test_without_an_edge_it_is_active_and_a_note_says_what_a_proxy_must_do(
    api: Api, host: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "bind_port": 3000})
    operation = added(api, "myapp.com")
    assert (operation["status"], engine.runs) == ("succeeded", [])
    assert statuses(api) == {"myapp.com": "active"}
    events = api.client.get(
        f"/api/v1/operations/{operation['id']}/events",
        headers={"Authorization": f"Bearer {api.token}", "Accept": "application/json"},
    ).get_json()
    assert any("127.0.0.1:3000" in event["message"] for event in events)
    api.wait(api.ok("DELETE", "/apps/myapp/domains/myapp.com")["id"])
    assert statuses(api) == {}


def test_a_host_whose_edge_is_not_prepared_takes_none(api: Api, prepared: Host) -> None:
    with_tunnel(prepared, prepared=False)
    api.ok("POST", "/apps", {"name": "myapp"})
    refused = add(api, "myapp.com")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "edge_not_ready")
    assert "edge:set cloudflare" in refused.get_json()["detail"]
    operation = Operation.create(kind="edge", app_name="", arguments={"host": "demo"}, created_by="tester")
    assert f"operations:info {operation.id} --follow" in add(api, "myapp.com").get_json()["detail"]


def test_domains_want_a_token_of_scope_admin(api: Api, app: Any) -> None:
    Token.update(scope="deploy").execute()
    for method, path, body in (
        ("POST", "/apps/myapp/domains", {"domain": "myapp.com"}),
        ("DELETE", "/apps/myapp/domains", None),
        ("PATCH", "/apps/myapp", {"domains": []}),
    ):
        answer = api(method, path, body)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert api("PATCH", "/apps/myapp", {"image": "nginx"}).status_code == 200
    assert api.ok("GET", "/apps/myapp/domains") == []


def test_an_app_that_goes_takes_its_domains_with_it(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "other"})
    added(api, "myapp.com", "www.myapp.com")
    added(api, "other.com", app="other")
    before = len(engine.runs)
    assert api.wait(api.ok("DELETE", "/apps/myapp")["id"])["status"] == "succeeded"
    assert [run.playbook for run in engine.runs[before:]] == ["domains", "remove"]
    edge = engine.runs[before].document["edges"]["demo"]
    assert [route["domain"] for route in edge["routes"]] == ["other.com"]
    assert [row["domain"] for row in edge["unwanted"]] == ["myapp.com", "www.myapp.com"]
    assert [row.name for row in Domain.select()] == ["other.com"]
    assert [row.name for row in App.select()] == ["other"]


def test_where_a_record_can_not_be_removed_the_app_stays_and_goes_when_asked_again(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    added(api, "myapp.com", "www.myapp.com")
    engine.edge.refuses["myapp.com"] = FORBIDDEN
    before = len(engine.runs)
    ended = api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    assert (ended["status"], ended["error"]["code"]) == ("failed", "cloudflare_forbidden")
    assert [run.playbook for run in engine.runs[before:]] == ["domains"]
    assert api.ok("GET", "/apps/myapp")["status"] == "empty"
    assert statuses(api) == {"myapp.com": "failed"}
    engine.edge.refuses.clear()
    assert api.wait(api.ok("DELETE", "/apps/myapp")["id"])["status"] == "succeeded"
    assert Domain.select().count() == 0


def test_a_release_that_takes_another_port_has_the_domains_follow(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"])
    added(api, "myapp.com")
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})["operation"])
    assert api.ok("GET", "/operations?app=myapp")[0]["kind"] == "deploy", "a deploy never touches the tunnel"
    api.ok("PATCH", "/apps/myapp", {"bind_port": 3100})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:3"})["operation"])
    newest = api.ok("GET", "/operations?app=myapp")[0]
    assert (newest["kind"], newest["arguments"]) == ("domains", {"domains": ["myapp.com"], "port": 3100})
    assert api.wait(newest["id"])["status"] == "succeeded"
    assert [route["port"] for route in told(engine)["routes"]] == [3100]
    assert (told(engine)["wanted"], told(engine)["unwanted"]) == ([], []), "its record is as it was"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_set_of_domains_is_matched(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, method: str
) -> None:
    def asked(*names: str) -> Any:
        body: dict[str, Any] = {"domains": list(names)}
        return api(method, "/apps/myapp", {"name": "myapp", **body} if method == "PUT" else body)

    first = asked("b.example.com", "A.example.com")
    assert (first.status_code, first.get_json()["domains"]) == (202, ["a.example.com", "b.example.com"])
    api.wait(int(first.headers["Location"].rpartition("/")[2]))
    assert asked("a.example.com", "b.example.com").status_code == 200, "what is so already changes nothing"
    second = asked("b.example.com", "c.example.com")
    assert api.wait(int(second.headers["Location"].rpartition("/")[2]))["arguments"] == {
        "domains": ["a.example.com", "c.example.com"]
    }
    assert statuses(api) == {"b.example.com": "active", "c.example.com": "active"}
    assert [row["domain"] for row in told(engine)["unwanted"]] == ["a.example.com"]
    api.ok(method, "/apps/myapp", {"name": "myapp"} if method == "PUT" else {"image": "nginx"})
    assert len(statuses(api)) == 2, "those that are not named at all stay"
    api.wait(int(asked().headers["Location"].rpartition("/")[2]))
    assert statuses(api) == {}


def test_a_new_app_comes_with_its_domains(api: Api, app: Any, worker: RunningWorker) -> None:
    answer = api("PUT", "/apps/other", {"name": "other", "domains": ["other.com"]})
    assert (answer.status_code, answer.get_json()["domains"]) == (201, ["other.com"])
    (operation,) = api.ok("GET", "/operations?app=other")
    assert api.wait(operation["id"])["status"] == "succeeded"


def test_a_definition_whose_domains_are_refused_changes_nothing_else(api: Api, app: Any) -> None:
    add(api, "myapp.com")
    for name in ("other", "myapp"):
        definition = {"name": name, "image": "nginx", "domains": ["myapp.com"]}
        if name == "myapp":
            Domain.update(
                app=App.create(name="third", environment="production", host=1, processes={}, bind_port=3500)
            ).execute()
        answer = api("PUT", f"/apps/{name}", definition)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "domain_in_use")
    assert api.ok("GET", "/apps/myapp")["image"] is None
    assert App.get_or_none(App.name == "other") is None

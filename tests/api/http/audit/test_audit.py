"""Who changed what, when, from where, and what came of it: one entry for each write request and each end."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd import clock, models, tokens
from pvdifyd.models import App, AuditEntry, Host, Token
from pvdifyd.operations.audit import record
from pvdifyd.operations.audit.chain import BEGINNING
from pvdifyd.operations.audit.verify import verify
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import CRASH, FakeEngine

ADDRESS = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}


@pytest.fixture
def app(api: Api) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp"})


def entries(api: Api, query: str = "") -> list[dict[str, Any]]:
    """As they were written."""
    found: list[dict[str, Any]] = api.ok("GET", f"/audit{query}")
    return found[::-1]


def told(entry: dict[str, Any], *fields: str) -> tuple[Any, ...]:
    return tuple(entry[field] for field in fields)


def test_a_change_is_written_down(api: Api, prepared: Host) -> None:
    answer = api("POST", "/apps", {"name": "myapp"}, headers={"X-Request-ID": "r1"}, **ADDRESS)
    assert answer.status_code == 201
    (entry,) = entries(api)
    assert entry.pop("at") <= clock.now()
    assert len(entry.pop("hash")) == 64
    assert entry == {
        "id": 1,
        "who": "tester",
        "address": "192.0.2.7",
        "action": "POST /api/v1/apps",
        "app": "myapp",
        "target": {"name": "myapp"},
        "status": 201,
        "result": "accepted",
        "operation": None,
        "request_id": "r1",
        "previous": BEGINNING,
    }


def test_reading_is_not(api: Api, app: Any) -> None:
    for path in ("/apps", "/apps/myapp", "/apps/nothing", "/tokens"):
        api("GET", path)
    api("POST", "/nothing", {"name": "myapp"})
    assert len(entries(api)) == 1


def test_what_nobody_signed_in_for_is_not(api: Api, database: None) -> None:
    assert Api(api.client, tokens.new())("POST", "/apps", {"name": "myapp"}).status_code == 401
    assert entries(api) == []


def test_an_operation_is_written_down_when_it_is_asked_for_and_when_it_ends(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    for image, failures in (("nginx", []), ("broken", [CRASH])):
        engine.fail_playbook["deploy"] = failures
        api.wait(api.ok("POST", "/apps/myapp/releases", {"image": image})["operation"])
    found = [
        told(entry, "action", "who", "app", "result", "status", "operation", "target")
        for entry in entries(api)
    ]
    asked = "POST /api/v1/apps/{name}/releases"
    assert found[1:] == [
        (asked, "tester", "myapp", "accepted", 202, 1, {"image": "nginx"}),
        ("operation deploy", "tester", "myapp", "succeeded", None, 1, {"release": 1}),
        (asked, "tester", "myapp", "accepted", 202, 2, {"image": "broken"}),
        (
            "operation deploy",
            "tester",
            "myapp",
            "failed",
            None,
            2,
            {"release": 2, "reason": "instance_crashed"},
        ),
    ]


def test_one_that_is_cancelled_has_ended_too(api: Api, app: Any) -> None:
    api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})
    api.ok("POST", "/operations/1/cancel")
    ended, asked = entries(api)[-2:]
    assert told(ended, "action", "result", "operation") == ("operation deploy", "cancelled", 1)
    assert told(asked, "action", "app", "target", "operation") == (
        "POST /api/v1/operations/{number}/cancel",
        "myapp",
        {"number": 1},
        1,
    )


def test_a_refusal_is_written_down_with_its_status(api: Api, app: Any) -> None:
    reader = tokens.new()
    Token.create(name="reader", sha256=tokens.fingerprint(reader), scope="read", apps=["other"])
    api("POST", "/apps", {"name": "myapp"})
    api("POST", "/apps", {"name": "My_App"})
    api("POST", "/apps", data=b"{", content_type="application/json")
    Api(api.client, reader)("POST", "/apps/myapp/ps/stop")
    api("DELETE", "/apps/nothing")
    assert [told(entry, "who", "app", "result", "status", "target") for entry in entries(api)[1:]] == [
        ("tester", "myapp", "refused", 409, {"name": "myapp"}),
        ("tester", None, "refused", 422, {"name": "My_App"}),
        ("tester", None, "refused", 400, {}),
        ("reader", "myapp", "refused", 403, {}),
        ("tester", "nothing", "refused", 404, {}),
    ]


def test_a_request_that_is_answered_as_before_is_named_so(api: Api) -> None:
    for _ in range(2):
        api.ok("POST", "/apps", {"name": "myapp"}, headers={"Idempotency-Key": "one"})
    assert [entry["result"] for entry in entries(api)] == ["accepted", "repeated"]


def test_where_the_entry_can_not_be_written_nothing_is_changed(api: Api) -> None:
    models.database.execute_sql(
        "CREATE TRIGGER full BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    answer = api("POST", "/apps", {"name": "myapp"})
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert App.select().count() == 0


def test_a_failure_of_our_own_is_no_refusal(api: Api, app: Any, prepared: Host) -> None:
    models.database.execute_sql("DROP TABLE config_version")
    assert api("PUT", "/apps/myapp/config", {"config": {"A": "1"}}).status_code == 500
    assert told(entries(api)[-1], "status", "result") == (500, "failed")


def test_the_log_is_chosen_from_by_app_and_time_and_has_pages(api: Api, app: Any) -> None:
    api.ok("POST", "/apps", {"name": "other", "bind_port": 3001})
    api.ok("PATCH", "/apps/other", {"image": "nginx"})
    assert [entry["id"] for entry in api.ok("GET", "/audit")] == [3, 2, 1], "newest first"
    assert [entry["id"] for entry in api.ok("GET", "/audit?app=other")] == [3, 2]
    assert [entry["id"] for entry in api.ok("GET", "/audit?page=2&page_size=2")] == [1]
    at = AuditEntry.get_by_id(2).at
    assert {entry["id"] for entry in api.ok("GET", f"/audit?since={at}")} >= {2, 3}
    assert {entry["id"] for entry in api.ok("GET", f"/audit?until={at}")} >= {1, 2}
    for given in ("1h", "24h", "7d"):
        assert len(api.ok("GET", f"/audit?since={given}")) == 3
        assert api.ok("GET", f"/audit?until={given}") == []


@pytest.mark.parametrize("query", ["since=soon", "until=1y", "app=My_App", "page=0"])
def test_a_question_that_is_none_is_refused(api: Api, query: str) -> None:
    answer = api("GET", f"/audit?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["errors"][0]["field"] == query.partition("=")[0]


def test_no_entry_can_be_changed_or_removed_or_replaced(api: Api, app: Any) -> None:
    for statement in (
        "UPDATE audit_entry SET who = 'somebody'",
        "DELETE FROM audit_entry",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
    ):
        with pytest.raises(Exception, match="append-only"):
            models.database.execute_sql(statement)
    assert verify().count == 1


def test_the_chain_holds_over_everything(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, prepared: Host
) -> None:
    api.ok("PUT", "/apps/myapp/config", {"config": {"A": "1"}, "secrets": {"B": "2"}})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"])
    api.ok("POST", "/tokens", {"name": "ci", "scope": "read"})
    api("DELETE", "/tokens/ci")
    api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    found = entries(api)
    assert verify().count == len(found) == 8
    assert verify().head == found[-1]["hash"]
    assert {entry["result"] for entry in found} <= set(record.RESULTS)

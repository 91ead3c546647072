"""What Prometheus is told, read with its own parser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pvdifyd import __version__, clock, models, tokens
from pvdifyd.http.services import Services
from pvdifyd.models import App, Operation, Token
from pvdifyd.settings import Settings
from tests.api.conftest import Api, RunningWorker

API_DOCUMENT = (Path(__file__).parents[4] / "docs" / "api.md").read_text(encoding="utf-8")


def scraped(api: Api) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """The samples by name, each by its labels."""
    answer = api.client.get("/metrics", headers={"Authorization": f"Bearer {api.token}"})
    assert answer.status_code == 200, answer.text
    assert answer.content_type.startswith("text/plain; version=")
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation, family.name
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def value(api: Api, name: str, **labels: Any) -> float:
    wanted = tuple(sorted((key, str(one)) for key, one in labels.items()))
    return scraped(api).get(name, {}).get(wanted, 0.0)


def operation(
    number: int, status: str = "succeeded", seconds: float | None = None, kind: str = "deploy"
) -> Operation:
    began = datetime(2026, 1, 5, 10, 30, tzinfo=UTC)
    ran = (
        None if seconds is None else (clock.written(began), clock.written(began + timedelta(seconds=seconds)))
    )
    return Operation.create(
        id=number,
        kind=kind,
        app_name="myapp",
        status=status,
        created_by="tester",
        started_at=ran and ran[0],
        finished_at=ran and ran[1],
    )


def test_requests_are_counted_by_method_route_and_status(api: Api) -> None:
    for name in ("one", "two"):
        api("POST", "/apps", {"name": name})
        api("GET", f"/apps/{name}")
    api("GET", "/apps/three")
    route = "/api/v1/apps/{name}"
    assert value(api, "pvdify_http_requests_total", method="GET", route=route, status=200) == 2
    assert value(api, "pvdify_http_requests_total", method="GET", route=route, status=404) == 1
    assert value(api, "pvdify_http_request_duration_seconds_count", method="GET", route=route) == 3
    assert (
        value(api, "pvdify_http_request_duration_seconds_bucket", method="GET", route=route, le="+Inf") == 3
    )
    assert 0 < value(api, "pvdify_http_request_duration_seconds_sum", method="GET", route=route) < 10


def test_no_label_holds_what_a_client_sends(api: Api) -> None:
    for number in range(30):
        api("GET", f"/canary-{number}")
        api("GET", f"/apps/canary-{number}?canary={number}", headers={"X-Request-ID": f"canary-{number}"})
        api("GET", f"/apps/canary-{number}/config/CANARY_{number}")
        api(f"CANARY{number}", "/apps")
        api("POST", f"/canary{number}", {"name": "canary"})
    text = api.client.get("/metrics", headers={"Authorization": f"Bearer {api.token}"}).text
    assert "canary" not in text.lower()
    assert 'route="none"' in text
    assert 'method="other"' in text


def test_streams_that_are_open_and_their_limit(api: Api, services: Services) -> None:
    number = operation(1, "queued").id
    assert value(api, "pvdify_streams_open") == 0
    stream = api("GET", f"/operations/{number}/events", headers={"Accept": "text/event-stream"})
    assert value(api, "pvdify_streams_open") == 1
    assert value(api, "pvdify_streams_limit") == services.streams.limit == 2
    stream.close()
    assert value(api, "pvdify_streams_open") == 0


def test_operations_are_counted_by_kind_and_result_with_how_long_they_took(api: Api) -> None:
    operation(1, seconds=3)
    operation(2, seconds=7)
    operation(3, "failed", 100)
    operation(4, "cancelled", kind="restart")
    name = "pvdify_operation_duration_seconds"
    assert value(api, f"{name}_count", kind="deploy", result="succeeded") == 2
    assert value(api, f"{name}_sum", kind="deploy", result="succeeded") == 10
    assert value(api, f"{name}_bucket", kind="deploy", result="succeeded", le="5.0") == 1
    assert value(api, f"{name}_count", kind="deploy", result="failed") == 1
    assert value(api, f"{name}_count", kind="restart", result="cancelled") == 1


def test_an_operation_is_counted_once_whenever_it_ends(api: Api) -> None:
    name, labels = "pvdify_operation_duration_seconds_count", {"kind": "deploy", "result": "succeeded"}
    operation(1, seconds=1)
    operation(2, "running")
    operation(3, seconds=1)
    operation(4, "queued")
    assert [value(api, name, **labels) for _ in range(3)] == [2, 2, 2]
    Operation.update(status="succeeded", started_at=clock.now(), finished_at=clock.now()).where(
        Operation.id == 4
    ).execute()
    assert [value(api, name, **labels) for _ in range(2)] == [3, 3]
    Operation.update(status="succeeded", started_at=clock.now(), finished_at=clock.now()).where(
        Operation.id == 2
    ).execute()
    operation(5, seconds=1)
    assert [value(api, name, **labels) for _ in range(2)] == [5, 5]


def test_the_queue_s_length_and_the_age_of_its_oldest(api: Api) -> None:
    assert (value(api, "pvdify_queue_length"), value(api, "pvdify_queue_oldest_seconds")) == (0, 0)
    for number, age in ((1, 10), (2, 120), (3, 5)):
        operation(number, "queued")
        Operation.update(created_at=clock.ago(age)).where(Operation.id == number).execute()
    operation(4, "running")
    assert value(api, "pvdify_queue_length") == 3
    assert 120 <= value(api, "pvdify_queue_oldest_seconds") < 180
    assert value(api, "pvdify_operations_running") == 1


def test_apps_hosts_and_the_build(api: Api) -> None:
    for name in ("one", "two", "two-staging"):
        api.ok("POST", "/apps", {"name": name})
    found = scraped(api)
    assert found["pvdify_apps"] == {
        (("environment", "production"),): 2,
        (("environment", "staging"),): 1,
        (("environment", "preview"),): 0,
    }
    assert found["pvdify_hosts"] == {(): 1}
    ((labels, one),) = found["pvdify_build_info"].items()
    assert one == 1
    assert dict(labels)["version"] == __version__
    assert found["process_resident_memory_bytes"][()] > 1_000_000


def test_refused_tokens_are_counted_by_why(api: Api) -> None:
    expired = tokens.new()
    Token.create(name="old", sha256=tokens.fingerprint(expired), scope="read", expires_at=clock.ago(1))
    for token, times in ((tokens.new(), 3), (expired, 1)):
        for _ in range(times):
            api.client.get("/api/v1/apps", headers={"Authorization": f"Bearer {token}"})
    api("GET", f"/apps?token={expired}")
    assert value(api, "pvdify_tokens_refused_total", code="unauthenticated") == 3
    assert value(api, "pvdify_tokens_refused_total", code="token_expired") == 1
    assert value(api, "pvdify_tokens_refused_total", code="token_in_url") == 1


def test_the_worker_s_operations_are_seen(api: Api, worker: RunningWorker) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"])
    assert value(api, "pvdify_operation_duration_seconds_count", kind="deploy", result="succeeded") == 1


@pytest.mark.parametrize(
    ("scope", "apps", "status"), [("read", None, 200), ("admin", ["myapp"], 403), (None, None, 401)]
)
def test_it_takes_a_token_that_may_read_all_apps(
    api: Api, scope: str | None, apps: list[str] | None, status: int
) -> None:
    text = tokens.new()
    if scope is not None:
        Token.create(name="prometheus", sha256=tokens.fingerprint(text), scope=scope, apps=apps)
    assert api.client.get("/metrics", headers={"Authorization": f"Bearer {text}"}).status_code == status


def test_every_metric_is_documented_and_no_other(api: Api) -> None:
    table = API_DOCUMENT.split("## Metrics and logs")[1].split("##")[0]
    documented = set(re.findall(r"`(pvdify_\w+)`", table))
    answer = api.client.get("/metrics", headers={"Authorization": f"Bearer {api.token}"})
    families = list(text_string_to_metric_families(answer.text))
    there = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    assert documented == {name for name in there if not name.startswith("process_")}


def test_without_its_tables_it_is_not_ready(api: Api, settings: Settings) -> None:
    App.raw("ALTER TABLE app RENAME TO away").execute()
    answer = api.client.get("/metrics", headers={"Authorization": f"Bearer {api.token}"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not_ready")
    assert models.database.obj is not None

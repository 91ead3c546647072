"""PUT /apps/{name}: a slot becomes what its whole definition says."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.models import App, Host, Operation
from tests.api.conftest import Api, RunningWorker

WHOLE: dict[str, Any] = {
    "name": "myapp",
    "environment": "production",
    "host": "demo",
    "image": "ghcr.io/acme/myapp:v2",
    "processes": {
        "web": {"command": "node server.js", "count": 2, "overlap": True},
        "worker": {"command": None, "count": 1, "overlap": False},
    },
    "bind_port": 4000,
    "container_port": 80,
    "healthcheck": {"path": "/health", "interval": "10s", "timeout": "2s", "retries": 5},
    "resources": {"memory": "1G", "cpu": 1.5},
}


def declare(api: Api, definition: dict[str, Any], **options: Any) -> Any:
    return api("PUT", f"/apps/{definition['name']}", definition, **options)


def deployed(api: Api, definition: dict[str, Any]) -> None:
    declare(api, definition)
    api.wait(api.ok("POST", f"/apps/{definition['name']}/releases", {"image": "nginx"})["operation"])


def test_a_definition_creates_its_app(api: Api) -> None:
    answer = declare(api, WHOLE)
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1/apps/myapp")
    assert {key: answer.get_json()[key] for key in WHOLE} == WHOLE
    assert api.ok("GET", "/apps/myapp") == answer.get_json()


def test_what_is_left_out_of_a_new_app_is_chosen_as_by_a_post(api: Api) -> None:
    app = declare(api, {"name": "myapp-pr-7"}).get_json()
    assert (app["environment"], app["host"], app["bind_port"]) == ("preview", "demo", 3000)
    assert app["resources"] == {"memory": "128M", "cpu": 0.1}


def test_what_is_left_out_goes_back_to_its_default_but_host_and_port_stay(api: Api) -> None:
    declare(api, WHOLE)
    answer = declare(api, {"name": "myapp"})
    assert answer.status_code == 200
    app = answer.get_json()
    assert {key: app[key] for key in WHOLE} == {
        "name": "myapp",
        "environment": "production",
        "host": "demo",
        "image": None,
        "processes": {"web": {"command": None, "count": 1, "overlap": True}},
        "bind_port": 4000,
        "container_port": None,
        "healthcheck": None,
        "resources": {"memory": "512M", "cpu": 0.5},
    }


def test_the_same_definition_again_changes_nothing(api: Api) -> None:
    first = declare(api, WHOLE)
    again = declare(api, WHOLE)
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert again.headers["ETag"] == first.headers["ETag"]


def test_nothing_is_deployed(api: Api) -> None:
    declare(api, WHOLE)
    declare(api, {**WHOLE, "image": "ghcr.io/acme/myapp:v3"})
    assert Operation.select().count() == 0


def test_other_limits_of_what_runs_come_by_an_operation(api: Api, worker: RunningWorker) -> None:
    deployed(api, {"name": "myapp"})
    answer = declare(api, {"name": "myapp", "image": "nginx", "resources": {"memory": "256M"}})
    assert answer.status_code == 202
    assert answer.get_json()["resources"] == {"memory": "512M", "cpu": 0.5}
    number = int(answer.headers["Location"].removeprefix("/api/v1/operations/"))
    assert api.wait(number)["kind"] == "resources"
    assert api.ok("GET", "/apps/myapp")["resources"] == {"memory": "256M", "cpu": 0.5}


def test_limits_left_out_of_what_runs_come_back_by_an_operation_too(api: Api, worker: RunningWorker) -> None:
    deployed(api, {"name": "myapp", "resources": {"memory": "256M"}})
    answer = declare(api, {"name": "myapp"})
    api.wait(int(answer.headers["Location"].rpartition("/")[2]))
    assert api.ok("GET", "/apps/myapp")["resources"] == {"memory": "512M", "cpu": 0.5}


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"name": "another"}, "name", "same_name"),
        ({"host": "other"}, "host", "same_host"),
        ({"host": "nowhere"}, "host", "same_host"),
        ({"environment": "staging"}, "environment", "environment_suffix"),
        ({"domains": ["myapp.com", "nodot"]}, "domains.1", "domain_name"),
        ({"domains": "myapp.com"}, "domains", "list"),
        ({"surprise": 1}, "surprise", "unknown_field"),
        ({"processes": {"web": {"count": -1}}}, "processes.web.count", "whole_number"),
        ({"resources": {"memory": "lots"}}, "resources.memory", "memory"),
        ({"status": "live"}, "status", "unknown_field"),
    ],
)
def test_a_definition_that_breaks_a_rule_changes_nothing(
    api: Api, changes: dict[str, Any], field: str, rule: str
) -> None:
    Host.create(name="other")
    declare(api, WHOLE)
    before = api.ok("GET", "/apps/myapp")
    answer = api("PUT", "/apps/myapp", {**WHOLE, **changes})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_failed")
    assert [(error["field"], error["rule"]) for error in answer.get_json()["errors"]] == [(field, rule)]
    assert api.ok("GET", "/apps/myapp") == before


def test_a_new_app_s_definition_keeps_the_rules_too(api: Api) -> None:
    answer = declare(api, {"name": "myapp-staging", "environment": "production"})
    assert answer.get_json()["errors"][0]["rule"] == "environment_suffix"
    assert "host add" in _without_hosts(api).get_json()["detail"]
    assert App.select().count() == 0


def _without_hosts(api: Api) -> Any:
    Host.delete().execute()
    return declare(api, {"name": "myapp"})


def test_what_an_export_tells_besides_is_passed_over(api: Api) -> None:
    history = [{"version": "v3", "created": "2026-01-05T10:30:00Z", "hash": "def456"}]
    assert declare(api, {**WHOLE, "env_versions": history, "domains": []}).status_code == 201


def test_a_port_that_another_app_has_is_refused(api: Api) -> None:
    declare(api, {"name": "one", "bind_port": 3005})
    declare(api, {"name": "two"})
    for name in ("two", "three"):
        answer = declare(api, {"name": name, "bind_port": 3005})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "port_taken")


def test_more_than_the_host_has_is_refused(api: Api, worker: RunningWorker) -> None:
    declare(api, {"name": "myapp"})
    for name in ("myapp", "fresh"):
        answer = declare(api, {"name": name, "resources": {"memory": "10T"}})
        assert answer.get_json()["errors"][0]["rule"] == "memory_within_host"


def test_an_app_on_its_way_out_takes_no_definition(api: Api) -> None:
    declare(api, WHOLE)
    api.ok("DELETE", "/apps/myapp")
    assert declare(api, WHOLE).get_json()["code"] == "app_removing"


def test_a_repeated_request_is_answered_once(api: Api) -> None:
    key = {"Idempotency-Key": "one"}
    first = declare(api, WHOLE, headers=key)
    assert declare(api, WHOLE, headers=key).data == first.data
    assert declare(api, WHOLE, headers=key).status_code == 201
    other = declare(api, {**WHOLE, "image": "nginx"}, headers=key)
    assert other.get_json()["code"] == "idempotency_conflict"

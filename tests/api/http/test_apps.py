"""App slots: created, changed, listed, removed."""

from __future__ import annotations

import json

import pytest

from pvdifyd.models import Host
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import FakeEngine


def test_what_is_left_out_is_chosen(api: Api) -> None:
    answer = api("POST", "/apps", {"name": "myapp-staging"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/v1/apps/myapp-staging"
    app = answer.get_json()
    created_at = app.pop("created_at")
    assert app.pop("updated_at") >= created_at
    assert app == {
        "name": "myapp-staging",
        "environment": "staging",
        "host": "demo",
        "image": None,
        "processes": {"web": {"command": None, "count": 1, "overlap": True}},
        "bind_port": 3000,
        "container_port": None,
        "healthcheck": None,
        "resources": {"memory": "256M", "cpu": 0.25},
        "domains": [],
        "stopped": [],
        "config_version": None,
        "running_config_version": None,
        "release": None,
        "status": "empty",
    }
    assert created_at.endswith("Z")


def test_a_whole_definition_is_kept_as_given(api: Api) -> None:
    definition = {
        "name": "myapp",
        "environment": "production",
        "host": "demo",
        "image": "nginx",
        "processes": {
            "web": {"command": "node server.js", "count": 2, "overlap": True},
            "worker": {"command": "run", "count": 0, "overlap": False},
        },
        "bind_port": 4000,
        "container_port": 80,
        "healthcheck": {"path": "/health", "interval": "10s", "timeout": "2s", "retries": 5},
        "resources": {"memory": "1G", "cpu": 1.5},
    }
    created = api.ok("POST", "/apps", definition)
    assert {key: created[key] for key in definition} == definition


def test_a_name_is_taken_once(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    answer = api("POST", "/apps", {"name": "myapp"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "app_exists")


def test_ports_are_given_from_3000_up(api: Api) -> None:
    ports = [api.ok("POST", "/apps", {"name": f"app{n}"})["bind_port"] for n in range(3)]
    assert ports == [3000, 3001, 3002]


def test_a_port_that_an_app_has_is_refused(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "one", "bind_port": 3005})
    answer = api("POST", "/apps", {"name": "two", "bind_port": 3005})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "port_taken")
    api.ok("POST", "/apps", {"name": "two"})
    answer = api("PATCH", "/apps/two", {"bind_port": 3005})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "port_taken")


def test_ports_in_use_on_the_host_are_passed_over(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.ports_in_use = {3000, 3001}
    assert api.ok("POST", "/apps", {"name": "one"})["bind_port"] == 3002
    answer = api("POST", "/apps", {"name": "two", "bind_port": 3001})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "port_taken")


def test_a_host_that_is_down_does_not_stop_an_app_from_being_created(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.unreachable = True
    assert api.ok("POST", "/apps", {"name": "one"})["bind_port"] == 3000


def test_without_a_host_there_is_a_way_out(api: Api) -> None:
    Host.delete().execute()
    answer = api("POST", "/apps", {"name": "one"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_host")
    assert "pvdifyd host add" in answer.get_json()["detail"]


def test_with_several_hosts_one_must_be_named(api: Api) -> None:
    Host.create(name="other")
    answer = api("POST", "/apps", {"name": "one"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "host"
    assert api.ok("POST", "/apps", {"name": "one", "host": "other"})["host"] == "other"


def test_each_host_has_ports_of_its_own(api: Api) -> None:
    Host.create(name="other")
    assert api.ok("POST", "/apps", {"name": "one", "host": "demo"})["bind_port"] == 3000
    assert api.ok("POST", "/apps", {"name": "two", "host": "other"})["bind_port"] == 3000


def test_a_change_replaces_the_fields_given(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "healthcheck": {"path": "/health"}, "container_port": 80})
    changed = api.ok("PATCH", "/apps/myapp", {"processes": {"web": {"count": 3}}, "healthcheck": None})
    assert changed["processes"] == {"web": {"command": None, "count": 3, "overlap": True}}
    assert changed["healthcheck"] is None
    assert changed["container_port"] == 80


@pytest.mark.parametrize("field", ["name", "host", "environment"])
def test_what_an_app_is_can_not_be_changed(api: Api, field: str) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    answer = api("PATCH", "/apps/myapp", {field: "production"})
    assert answer.get_json()["errors"][0]["rule"] == "unknown_field"


def test_lists_come_in_pages(api: Api) -> None:
    for name in ("c", "a", "b"):
        api.ok("POST", "/apps", {"name": name})
    answer = api("GET", "/apps?page_size=2")
    assert [app["name"] for app in answer.get_json()] == ["a", "b"]
    pages = json.loads(answer.headers["X-Pagination"])
    assert (pages["total"], pages["total_pages"], pages["next_page"]) == (3, 2, 2)
    assert [app["name"] for app in api.ok("GET", "/apps?page_size=2&page=2")] == ["c"]


def test_a_removed_app_is_gone_and_its_history_is_not(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"])
    answer = api("DELETE", "/apps/myapp")
    assert answer.status_code == 202
    operation = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/operations/{operation['id']}"
    assert operation["kind"] == "destroy"
    assert api.wait(operation["id"])["status"] == "succeeded"
    assert api("GET", "/apps/myapp").status_code == 404
    assert [one["kind"] for one in api.ok("GET", "/operations?app=myapp")] == ["destroy", "deploy"]
    assert engine.runs[-1].playbook == "remove"
    assert api.ok("POST", "/apps", {"name": "myapp"})["bind_port"] == 3000


def test_an_app_on_its_way_out_takes_nothing_more(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    waiting = api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})
    operation = api.ok("DELETE", "/apps/myapp")
    assert api.ok("GET", "/apps/myapp")["status"] == "removing"
    assert api.ok("GET", f"/operations/{waiting['operation']}")["status"] == "cancelled"
    assert api.ok("GET", "/apps/myapp/releases/1")["reason"]["code"] == "cancelled"
    for request in (
        ("POST", "/apps/myapp/releases", {"image": "nginx"}),
        ("POST", "/apps/myapp/rollback", {}),
        ("PATCH", "/apps/myapp", {"image": "nginx"}),
    ):
        assert api(*request).get_json()["code"] == "app_removing"
    assert api.ok("DELETE", "/apps/myapp")["id"] == operation["id"]

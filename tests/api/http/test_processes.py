"""Scaling, stopping, starting, restarting and limiting what runs: asked for over HTTP, run by the worker."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.inventory import database_document
from pvdifyd.models import App
from pvdifyd.settings import Settings
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import Failure, FakeEngine

PROCESSES = {
    "web": {"command": None, "count": 1, "overlap": True},
    "worker": {"command": "work", "count": 2, "overlap": True},
}


@pytest.fixture
def app(api: Api, worker: RunningWorker, engine: FakeEngine) -> Any:
    """An app whose release 1 serves."""
    created = api.ok("POST", "/apps", {"name": "myapp", "image": "nginx", "processes": PROCESSES})
    api.wait(api.ok("POST", "/apps/myapp/releases")["operation"])
    engine.runs.clear()
    return created


def done(api: Api, path: str, body: Any = None) -> Any:
    """The operation that was asked for, once it has succeeded."""
    operation = api.wait(api.ok("POST", f"/apps/myapp/ps/{path}", body)["id"])
    assert operation["status"] == "succeeded", operation
    return operation


def told(engine: FakeEngine) -> Any:
    """What the last run was told of the app."""
    return engine.runs[-1].document["apps"]["myapp"]


def counts(engine: FakeEngine) -> dict[str, int]:
    return {name: process["count"] for name, process in told(engine)["processes"].items()}


def slot_counts(api: Api) -> dict[str, int]:
    return {name: one["count"] for name, one in api.ok("GET", "/apps/myapp")["processes"].items()}


def test_an_operation_says_what_was_asked_for_and_where_it_is(api: Api, app: Any) -> None:
    answer = api("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2, "worker": 0}})
    assert answer.status_code == 202
    operation = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/operations/{operation['id']}"
    assert (operation["kind"], operation["release"]) == ("scale", None)
    assert operation["arguments"] == {"processes": {"web": 2, "worker": 0}}
    assert operation["cancel_requested"] is False
    api.wait(operation["id"])


def test_scaling_changes_counts_and_not_the_release(api: Api, app: Any, engine: FakeEngine) -> None:
    operation = done(api, "scale", {"processes": {"web": 4}})
    assert [run.playbook for run in engine.runs] == ["scale"]
    assert counts(engine) == {"web": 4, "worker": 2}
    assert (told(engine)["release"], told(engine)["operation"]) == (1, operation["id"])
    assert slot_counts(api) == {"web": 4, "worker": 2}
    assert api.ok("GET", "/apps/myapp")["release"] == 1
    assert [one["version"] for one in api.ok("GET", "/apps/myapp/releases")] == [1]


def test_a_deploy_keeps_the_counts_that_were_scaled_to(api: Api, app: Any, engine: FakeEngine) -> None:
    done(api, "scale", {"processes": {"web": 4, "worker": 0}})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})["operation"])
    assert counts(engine) == {"web": 4, "worker": 0}
    api.wait(api.ok("POST", "/apps/myapp/rollback")["operation"])
    assert counts(engine) == {"web": 4, "worker": 0}


def test_a_count_of_the_slot_comes_with_the_next_release_and_not_with_a_scale(
    api: Api, app: Any, engine: FakeEngine
) -> None:
    api.ok("PATCH", "/apps/myapp", {"processes": {**PROCESSES, "web": {"count": 9}}})
    done(api, "scale", {"processes": {"worker": 1}})
    assert counts(engine) == {"web": 1, "worker": 1}
    assert slot_counts(api) == {"web": 9, "worker": 1}
    api.wait(api.ok("POST", "/apps/myapp/releases")["operation"])
    assert counts(engine) == {"web": 9, "worker": 1}


def test_what_could_not_be_scaled_stays_as_it_was(api: Api, app: Any, engine: FakeEngine) -> None:
    engine.fail_playbook["scale"] = [Failure("release_crashed", "web.2 ended.", "start", {})]
    operation = api.wait(api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2}})["id"])
    assert (operation["status"], operation["error"]["code"]) == ("failed", "release_crashed")
    assert slot_counts(api) == {"web": 1, "worker": 2}
    done(api, "restart")
    assert counts(engine) == {"web": 1, "worker": 2}
    assert api.ok("GET", "/apps/myapp/releases/1")["status"] == "active"


def test_what_was_scaled_serves_though_those_that_leave_do_not_end(
    api: Api, app: Any, engine: FakeEngine
) -> None:
    engine.fail_playbook["scale"] = [Failure("host_timeout", "web.2 did not stop.", "retire", {})]
    operation = api.wait(api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2}})["id"])
    assert operation["status"] == "failed"
    assert slot_counts(api)["web"] == 2


def test_a_type_is_stopped_and_started_with_its_count(api: Api, app: Any, engine: FakeEngine) -> None:
    done(api, "stop", {"process": "worker"})
    assert engine.runs[-1].playbook == "scale"
    assert (counts(engine), told(engine)["stopped"]) == ({"web": 1, "worker": 0}, {"worker": 2})
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["stopped"], shown["status"]) == (["worker"], "live")
    assert shown["processes"]["worker"]["count"] == 2
    done(api, "restart")
    assert (counts(engine), told(engine)["stopped"]) == ({"web": 1, "worker": 0}, {"worker": 2})
    done(api, "start", {"process": "worker"})
    assert (counts(engine), told(engine)["stopped"]) == ({"web": 1, "worker": 2}, {})
    assert api.ok("GET", "/apps/myapp")["stopped"] == []


def test_an_app_that_is_stopped_says_so_until_it_is_started(api: Api, app: Any, engine: FakeEngine) -> None:
    done(api, "stop")
    assert counts(engine) == {"web": 0, "worker": 0}
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["status"], shown["stopped"], shown["release"]) == ("stopped", ["web", "worker"], 1)
    done(api, "start")
    assert counts(engine) == {"web": 1, "worker": 2}
    assert api.ok("GET", "/apps/myapp")["status"] == "live"


def test_scaling_a_stopped_type_starts_it(api: Api, app: Any, engine: FakeEngine) -> None:
    done(api, "stop")
    done(api, "scale", {"processes": {"worker": 1}})
    assert (counts(engine), told(engine)["stopped"]) == ({"web": 0, "worker": 1}, {"web": 1})


def test_a_deploy_starts_what_was_stopped(api: Api, app: Any, engine: FakeEngine) -> None:
    done(api, "stop")
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})["operation"])
    assert (counts(engine), told(engine)["stopped"]) == ({"web": 1, "worker": 2}, {})
    assert api.ok("GET", "/apps/myapp")["status"] == "live"


def test_a_deploy_that_fails_leaves_stopped_what_was(api: Api, app: Any, engine: FakeEngine) -> None:
    done(api, "stop", {"process": "worker"})
    engine.fail_playbook["deploy"] = [Failure("release_crashed", "web.1 ended.", "start", {})]
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})["operation"])
    assert api.ok("GET", "/apps/myapp")["stopped"] == ["worker"]


@pytest.mark.parametrize(
    ("body", "restart"),
    [
        (None, {"process": None, "instance": None}),
        ({}, {"process": None, "instance": None}),
        ({"process": "worker"}, {"process": "worker", "instance": None}),
        ({"process": "worker", "instance": 2}, {"process": "worker", "instance": 2}),
    ],
)
def test_a_restart_is_of_an_instance_a_type_or_all(
    api: Api, app: Any, engine: FakeEngine, body: Any, restart: dict[str, Any]
) -> None:
    operation = done(api, "restart", body)
    assert engine.runs[-1].playbook == "restart"
    assert told(engine)["restart"] == operation["arguments"] == restart


def test_an_instance_that_is_stopped_can_not_be_restarted(api: Api, app: Any) -> None:
    done(api, "stop", {"process": "worker"})
    answer = api("POST", "/apps/myapp/ps/restart", {"process": "worker", "instance": 1})
    assert answer.get_json()["errors"][0]["rule"] == "known_instance"
    assert "no instance that runs" in answer.get_json()["detail"]


@pytest.mark.parametrize("path", ["scale", "stop", "start", "restart"])
def test_without_a_release_that_serves_there_is_nothing_to_change(api: Api, path: str) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    answer = api("POST", f"/apps/myapp/ps/{path}", {"processes": {"web": 2}} if path == "scale" else {})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_deployed")
    assert "pvdify deploy myapp" in answer.get_json()["detail"]


def test_an_app_on_its_way_out_takes_no_change(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    api.ok("DELETE", "/apps/myapp")
    for path in ("stop", "start", "restart"):
        assert api("POST", f"/apps/myapp/ps/{path}").get_json()["code"] == "app_removing"


def test_a_repeated_request_with_a_key_is_one_operation(api: Api, app: Any) -> None:
    key = {"headers": {"Idempotency-Key": "once"}}
    body = {"processes": {"web": 2}}
    first = api.ok("POST", "/apps/myapp/ps/scale", body, **key)
    assert api.ok("POST", "/apps/myapp/ps/scale", body, **key) == first
    api.wait(first["id"])


def test_a_type_that_a_release_on_its_way_lacks_is_left_out_and_said(
    api: Api, app: Any, engine: FakeEngine
) -> None:
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {"count": 1}}})
    release = api.ok("POST", "/apps/myapp/releases")
    operation = api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2, "worker": 3}})
    api.wait(release["operation"])
    assert api.wait(operation["id"])["status"] == "succeeded"
    assert counts(engine) == {"web": 2}
    events = api.ok("GET", f"/operations/{operation['id']}/events", headers={"Accept": "application/json"})
    assert any("no longer has worker" in event["message"] for event in events)


def test_new_limits_are_brought_to_what_runs_by_an_operation(api: Api, app: Any, engine: FakeEngine) -> None:
    answer = api("PATCH", "/apps/myapp", {"resources": {"memory": "1G"}, "container_port": 80})
    assert answer.status_code == 202
    body = answer.get_json()
    assert body["container_port"] == 80, "what needs no operation is stored at once"
    number = int(answer.headers["Location"].rpartition("/")[2])
    operation = api.wait(number)
    assert (operation["kind"], operation["status"]) == ("resources", "succeeded")
    assert operation["arguments"] == {"resources": {"memory": "1G"}}
    assert engine.runs[-1].playbook == "resources"
    assert told(engine)["resources"] == {"memory": 1024**3, "cpu": 0.5}
    assert told(engine)["resources_before"] == {"memory": 512 * 1024**2, "cpu": 0.5}
    assert counts(engine) == {"web": 1, "worker": 2}
    assert api.ok("GET", "/apps/myapp")["resources"] == {"memory": "1G", "cpu": 0.5}


def test_limits_that_did_not_work_out_are_not_in_force(api: Api, app: Any, engine: FakeEngine) -> None:
    engine.fail_playbook["resources"] = [Failure("release_out_of_memory", "OOM", "restart", {})]
    answer = api("PATCH", "/apps/myapp", {"resources": {"memory": "16M"}})
    assert answer.get_json()["resources"] == {"memory": "512M", "cpu": 0.5}
    operation = api.wait(int(answer.headers["Location"].rpartition("/")[2]))
    assert operation["error"]["code"] == "release_out_of_memory"
    assert api.ok("GET", "/apps/myapp")["resources"] == {"memory": "512M", "cpu": 0.5}


def test_limits_that_are_in_force_already_need_no_operation(api: Api, app: Any) -> None:
    answer = api("PATCH", "/apps/myapp", {"resources": {"memory": "512M", "cpu": 0.5}})
    assert (answer.status_code, "Location" in answer.headers) == (200, False)


def test_two_changes_of_limits_one_after_the_other_are_both_made(api: Api, app: Any) -> None:
    numbers = [
        int(api("PATCH", "/apps/myapp", {"resources": asked}).headers["Location"].rpartition("/")[2])
        for asked in ({"memory": "1G"}, {"cpu": 2})
    ]
    assert [api.wait(number)["status"] for number in numbers] == ["succeeded"] * 2
    assert api.ok("GET", "/apps/myapp")["resources"] == {"memory": "1G", "cpu": 2.0}


def test_before_the_first_release_limits_are_stored_at_once(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "resources": {"cpu": 0.75}})
    answer = api("PATCH", "/apps/myapp", {"resources": {"memory": "64M"}})
    assert answer.status_code == 200
    assert answer.get_json()["resources"] == {"memory": "64M", "cpu": 0.75}


def test_limits_asked_for_while_the_first_release_comes_follow_it_whatever_becomes_of_it(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    engine.fail_playbook["deploy"] = [Failure("release_out_of_memory", "OOM", "start", {})]
    release = api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})
    answer = api("PATCH", "/apps/myapp", {"resources": {"memory": "64M"}})
    assert api.wait(release["operation"])["status"] == "failed"
    if answer.status_code == 202:
        number = int(answer.headers["Location"].rpartition("/")[2])
        assert api.wait(number)["status"] == "succeeded"
    assert api.ok("GET", "/apps/myapp")["resources"]["memory"] == "64M"
    assert [run.playbook for run in engine.runs] == ["deploy"]


def test_an_empty_command_is_the_images_own(api: Api) -> None:
    created = api.ok("POST", "/apps", {"name": "myapp", "processes": {"web": {"command": ""}}})
    assert created["processes"]["web"]["command"] is None


def test_by_hand_what_runs_is_what_is_stored(api: Api, app: Any, settings: Settings) -> None:
    done(api, "scale", {"processes": {"web": 3}})
    done(api, "stop", {"process": "worker"})
    variables = database_document(settings)["apps"]["myapp"]
    assert variables["operation"] == 0
    assert variables["processes"]["web"]["count"] == 3
    assert (variables["processes"]["worker"]["count"], variables["stopped"]) == (0, {"worker": 2})


def test_an_app_of_before_formations_gets_one_with_its_first_change(
    api: Api, app: Any, engine: FakeEngine
) -> None:
    App.update(formation=None).execute()
    done(api, "stop", {"process": "web"})
    assert counts(engine) == {"web": 0, "worker": 2}
    assert App.get().formation == {"web": 1, "worker": 2}

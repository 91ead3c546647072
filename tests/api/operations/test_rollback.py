"""Which release a rollback goes back to, and what it takes from it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pvdifyd.models import Host
from pvdifyd.settings import Settings
from pvdifyd.worker.perform import Performer
from pvdifyd.worker.recovery import recover
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import CRASH, DIGEST, FakeEngine


def deploy(api: Api, image: str) -> Any:
    return api.wait(api.ok("POST", "/apps/myapp/releases", {"image": image})["operation"])


def roll_back(api: Api, **body: Any) -> Any:
    release = api.ok("POST", "/apps/myapp/rollback", body)
    assert api.wait(release["operation"])["kind"] == "rollback"
    return api.ok("GET", f"/apps/myapp/releases/{release['version']}")


def test_a_rollback_is_a_new_release_that_runs_the_old_units(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    processes = {"web": {"command": "old", "count": 1}, "worker": {"command": "w", "count": 2}}
    api.ok("POST", "/apps", {"name": "myapp", "processes": processes, "container_port": 9000})
    deploy(api, "nginx:1")
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {"command": "new", "count": 3}}})
    deploy(api, "nginx:2")

    release = roll_back(api)
    assert (release["version"], release["rollback_of"], release["image"]) == (3, 1, "nginx:1")
    assert release["digest"] == DIGEST
    assert release["processes"] == {
        "web": {"command": "old", "count": 3, "overlap": True},
        "worker": {"command": "w", "count": 2, "overlap": True},
    }
    sent = engine.runs[-1]
    assert sent.playbook == "deploy"
    assert (sent.document["apps"]["myapp"]["release"], sent.document["apps"]["myapp"]["units"]) == (3, 1)
    assert sent.document["apps"]["myapp"]["digest"] == DIGEST
    assert sent.document["apps"]["myapp"]["keep"] == [1, 2]
    statuses = {one["version"]: one["status"] for one in api.ok("GET", "/apps/myapp/releases")}
    assert statuses == {1: "superseded", 2: "superseded", 3: "active"}
    assert api.ok("GET", "/apps/myapp")["image"] == "nginx:1"


def test_rolling_back_twice_goes_forth_again(api: Api, worker: RunningWorker) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    deploy(api, "nginx:1")
    deploy(api, "nginx:2")
    assert roll_back(api)["rollback_of"] == 1
    assert roll_back(api)["rollback_of"] == 2


def test_a_failed_release_is_never_gone_back_to(api: Api, worker: RunningWorker, engine: FakeEngine) -> None:
    engine.fail["docker.io/library/nginx:bad"] = CRASH
    api.ok("POST", "/apps", {"name": "myapp"})
    deploy(api, "nginx:1")
    deploy(api, "nginx:bad")
    deploy(api, "nginx:3")
    assert roll_back(api)["rollback_of"] == 1
    answer = api("POST", "/apps/myapp/rollback", {"version": 2})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "nothing_to_roll_back")


def test_a_version_may_be_named(api: Api, worker: RunningWorker) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    for tag in "123":
        deploy(api, f"nginx:{tag}")
    assert roll_back(api, version=1)["rollback_of"] == 1


def test_there_must_be_something_to_go_back_to(api: Api, worker: RunningWorker) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    assert api("POST", "/apps/myapp/rollback").get_json()["code"] == "nothing_to_roll_back"
    deploy(api, "nginx:1")
    assert api("POST", "/apps/myapp/rollback").get_json()["code"] == "nothing_to_roll_back"
    answer = api("POST", "/apps/myapp/rollback", {"version": 1})
    assert answer.get_json()["code"] == "nothing_to_roll_back"
    assert "serves" in answer.get_json()["detail"]
    assert api("POST", "/apps/myapp/rollback", {"version": 9}).get_json()["code"] == "release_not_found"


def set_config(api: Api, body: dict[str, Any]) -> Any:
    made = api.ok("PUT", "/apps/myapp/config", body)
    if made["operation"]:
        assert api.wait(made["operation"])["status"] == "succeeded"
    return made


def test_a_rollback_brings_its_config_back(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    set_config(api, {"config": {"A": "1"}, "secrets": {"S": "one"}})
    deploy(api, "nginx:1")
    set_config(api, {"config": {"A": "2"}, "secrets": {"S": "two"}})
    before = api.ok("GET", "/apps/myapp/releases/1")

    release = roll_back(api)
    assert (release["rollback_of"], release["config_version"]) == (1, "v1")
    assert release["secrets"] == before["secrets"]
    sent = engine.runs[-1].document["apps"]["myapp"]
    assert (sent["units"], sent["environment"]["version"]) == (1, 1)
    assert sent["environment"] == engine.runs[0].document["apps"]["myapp"]["environment"]
    assert api.ok("GET", "/apps/myapp/config")["version"] == "v1"
    operation = api.ok("GET", f"/operations/{release['operation']}")
    assert operation["arguments"] == {"newest_config_version": 2}


def test_a_change_after_a_rollback_gets_a_number_that_was_never_used(api: Api, worker: RunningWorker) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    set_config(api, {"config": {"A": "1"}})
    deploy(api, "nginx:1")
    set_config(api, {"config": {"A": "2", "B": "2"}})
    roll_back(api)
    made = set_config(api, {"config": {"C": "3"}})
    assert (made["version"], made["config"]) == ("v3", {"A": "1", "C": "3"})


def test_a_rollback_to_before_any_config_leaves_none(api: Api, worker: RunningWorker) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    deploy(api, "nginx:1")
    set_config(api, {"config": {"A": "1"}})
    assert roll_back(api)["config_version"] is None
    assert api.ok("GET", "/apps/myapp/config")["version"] is None
    assert set_config(api, {"config": {"B": "1"}})["version"] == "v2"


def test_a_config_that_was_changed_meanwhile_is_not_taken_away(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    set_config(api, {"config": {"A": "1"}})
    deploy(api, "nginx:1")
    set_config(api, {"config": {"A": "2"}})
    engine.gate = threading.Event()
    number = api.ok("POST", "/apps/myapp/rollback")["operation"]
    changed = api.ok("PUT", "/apps/myapp/config", {"config": {"B": "3"}})
    engine.gate.set()
    api.wait(number)
    api.wait(changed["operation"])
    shown = api.ok("GET", "/apps/myapp/config")
    assert (shown["version"], shown["config"]) == ("v3", {"A": "2", "B": "3"})


def three_configs(api: Api) -> None:
    """Releases 1, 2, 3 with v1, v2, v3, each of another image."""
    api.ok("POST", "/apps", {"name": "myapp"})
    for tag in "123":
        set_config(api, {"config": {"A": tag}, "restart": False})
        deploy(api, f"nginx:{tag}")


def asked_at_once(api: Api, engine: FakeEngine, *requests: tuple[str, Any]) -> list[Any]:
    """The releases of requests that were made before the first of them ran."""
    engine.gate = threading.Event()
    made = [api.ok("POST", f"/apps/myapp/{path}", body) for path, body in requests]
    engine.gate.set()
    for release in made:
        assert api.wait(release["operation"])["status"] == "succeeded"
    return [api.ok("GET", f"/apps/myapp/releases/{release['version']}") for release in made]


def test_of_two_rollbacks_that_waited_the_last_ones_config_is_the_apps(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    three_configs(api)
    back = [("rollback", {"version": 2}), ("rollback", {"version": 1})]
    assert asked_at_once(api, engine, *back)[-1]["config_version"] == "v1"
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["config_version"], shown["running_config_version"]) == ("v1", "v1")


def test_a_deploy_behind_a_rollback_takes_the_config_that_it_brought(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    three_configs(api)
    made = asked_at_once(api, engine, ("rollback", {"version": 1}), ("releases", {"image": "nginx:4"}))
    assert made[-1]["config_version"] == "v1"
    assert engine.runs[-1].document["apps"]["myapp"]["environment"]["values"] == {"A": "1"}
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["config_version"], shown["running_config_version"]) == ("v1", "v1")


def test_a_rollback_of_the_code_alone_behind_another_one_takes_the_config_that_it_brought(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    three_configs(api)
    code_only = ("rollback", {"version": 2, "code_only": True})
    release = asked_at_once(api, engine, ("rollback", {"version": 1}), code_only)[-1]
    assert (release["image"], release["config_version"]) == ("nginx:2", "v1")
    sent = engine.runs[-1].document["apps"]["myapp"]
    assert (sent["units"], sent["environment"]["values"]) == (release["version"], {"A": "1"})


def test_what_has_begun_keeps_its_config_when_it_is_run_again(
    api: Api, settings: Settings, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    set_config(api, {"config": {"A": "1"}})
    performer = Performer(settings, engine, settings.home, lambda: None)
    number = api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"]
    engine.dies_after = "start"
    with pytest.raises(SystemExit):
        performer.perform(number)
    api.ok("PUT", "/apps/myapp/config", {"config": {"A": "2"}, "restart": False})
    recover()
    engine.dies_after = None
    performer.perform(number)
    assert engine.runs[-1].document["apps"]["myapp"]["environment"]["values"] == {"A": "1"}
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["config_version"], shown["running_config_version"]) == ("v2", "v1")


def notes(api: Api, operation: int) -> list[str]:
    events = api.ok("GET", f"/operations/{operation}/events", headers={"Accept": "application/json"})
    return [event["message"] for event in events if event["type"] == "note"]


def test_a_stored_config_that_a_rollback_leaves_is_named(api: Api, worker: RunningWorker) -> None:
    three_configs(api)
    set_config(api, {"config": {"A": "4"}, "restart": False})
    assert notes(api, roll_back(api, version=2)["operation"]) == [
        "v4, stored and never released, is no longer the current config; `pvdify config:versions myapp` has it."
    ]
    assert notes(api, roll_back(api, version=1)["operation"]) == [], "v2 ran before"


def test_a_rollback_that_fails_leaves_the_config(api: Api, worker: RunningWorker, engine: FakeEngine) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    set_config(api, {"config": {"A": "1"}})
    deploy(api, "nginx:1")
    set_config(api, {"config": {"A": "2"}})
    engine.fail_playbook["deploy"] = [CRASH]
    assert roll_back(api)["status"] == "failed"
    assert api.ok("GET", "/apps/myapp/config")["version"] == "v2"


def test_the_code_alone_goes_back_with_the_config_of_now(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.digests["docker.io/library/nginx:2"] = "sha256:" + "cd" * 32
    api.ok("POST", "/apps", {"name": "myapp"})
    deploy(api, "nginx:1")
    deploy(api, "nginx:2")
    set_config(api, {"config": {"A": "1"}, "secrets": {"S": "one"}})

    # Release 2 runs the same code as 3: what is gone back to is 1.
    release = roll_back(api, code_only=True)
    assert (release["rollback_of"], release["image"], release["config_version"]) == (1, "nginx:1", "v1")
    assert release["secrets"] == api.ok("GET", "/apps/myapp/releases/3")["secrets"]
    sent = engine.runs[-1].document["apps"]["myapp"]
    assert (sent["release"], sent["units"], sent["digest"]) == (4, 4, DIGEST)
    assert sent["environment"]["values"] == {"A": "1"}
    assert api.ok("GET", "/apps/myapp/config")["version"] == "v1"
    operation = api.ok("GET", f"/operations/{release['operation']}")
    assert operation["arguments"] == {"code_only": True}


def test_the_code_alone_with_the_same_config_runs_the_old_units(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.digests["docker.io/library/nginx:2"] = "sha256:" + "cd" * 32
    api.ok("POST", "/apps", {"name": "myapp"})
    set_config(api, {"config": {"A": "1"}})
    deploy(api, "nginx:1")
    deploy(api, "nginx:2")
    assert roll_back(api, code_only=True)["rollback_of"] == 1
    assert engine.runs[-1].document["apps"]["myapp"]["units"] == 1


def test_where_only_the_config_changed_no_other_code_is_there_to_go_back_to(
    api: Api, worker: RunningWorker
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    deploy(api, "nginx:1")
    set_config(api, {"config": {"A": "1"}})
    answer = api("POST", "/apps/myapp/rollback", {"code_only": True})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "nothing_to_roll_back")


def test_code_only_is_true_or_false(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    error = api("POST", "/apps/myapp/rollback", {"code_only": "yes"}).get_json()["errors"][0]
    assert (error["field"], error["rule"]) == ("code_only", "boolean")

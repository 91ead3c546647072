"""Which release a rollback goes back to, and what it takes from it."""

from __future__ import annotations

from typing import Any

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

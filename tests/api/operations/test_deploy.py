"""Asking for a deploy."""

from __future__ import annotations

import threading

from pvdifyd.models import Host
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import CRASH, FakeEngine


def test_an_app_without_an_image_asks_for_one(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    answer = api("POST", "/apps/myapp/releases")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_image")
    assert "--image" in answer.get_json()["detail"]


def test_without_an_image_the_apps_own_is_pulled_anew(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx:1"})
    for _ in range(2):
        release = api.ok("POST", "/apps/myapp/releases")
        api.wait(release["operation"])
        assert release["image"] == "nginx:1"
    assert [run.document["apps"]["myapp"]["digest"] for run in engine.runs] == [None, None]


def test_an_image_that_is_on_its_way_counts(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx:1"})
    api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})
    assert api.ok("POST", "/apps/myapp/releases", {})["image"] == "nginx:2"


def test_an_image_that_is_declared_meanwhile_is_the_next_deploys_and_stays(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx:1"})
    on_its_way = [
        api.ok("POST", "/apps/myapp/releases", {"image": image})["operation"]
        for image in ("nginx:2", "nginx:other")
    ]
    api.ok("PATCH", "/apps/myapp", {"image": "nginx:3"})
    api.ok("PATCH", "/apps/myapp", {"container_port": 80})
    engine.gate.set()
    assert [api.wait(number)["status"] for number in on_its_way] == ["succeeded"] * 2
    assert api.ok("GET", "/apps/myapp")["image"] == "nginx:3"


def test_without_an_image_what_was_declared_last_is_deployed(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx:1"})
    api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})
    api.ok("PATCH", "/apps/myapp", {"image": "nginx:3"})
    declared = api.ok("POST", "/apps/myapp/releases")
    assert declared["image"] == "nginx:3"
    named = api.ok("POST", "/apps/myapp/releases", {"image": "nginx:4"})
    assert api.ok("POST", "/apps/myapp/releases")["image"] == "nginx:4"
    engine.gate.set()
    api.wait(declared["operation"])
    api.wait(named["operation"])
    assert api.ok("GET", "/apps/myapp")["image"] == "nginx:4"


def test_an_image_that_was_taken_off_the_slot_leaves_that_to_what_is_on_its_way(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx:1"})
    release = api.ok("POST", "/apps/myapp/releases")
    api.ok("PATCH", "/apps/myapp", {"image": None})
    assert api.ok("POST", "/apps/myapp/releases")["image"] == "nginx:1"
    engine.gate.set()
    api.wait(release["operation"])
    assert api.ok("GET", "/apps/myapp")["image"] == "nginx:1"


def test_a_config_on_its_way_does_not_choose_the_image(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx:1"})
    api.wait(api.ok("POST", "/apps/myapp/releases")["operation"])
    api.ok("PATCH", "/apps/myapp", {"image": "nginx:2"})
    engine.gate = threading.Event()
    assert api.ok("PUT", "/apps/myapp/config", {"config": {"A": "1"}})["release"] == 2
    assert api.ok("POST", "/apps/myapp/releases")["image"] == "nginx:2"


def test_an_image_that_failed_does_not_become_the_apps(
    api: Api, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail["docker.io/library/nginx:bad"] = CRASH
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx:1"})
    api.wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:bad"})["operation"])
    assert api.ok("POST", "/apps/myapp/releases")["image"] == "nginx:1"


def test_a_release_keeps_what_the_slot_was(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx", "processes": {"web": {"command": "a"}}})
    api.ok("POST", "/apps/myapp/releases")
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {"command": "b"}}})
    assert api.ok("GET", "/apps/myapp/releases/1")["processes"]["web"]["command"] == "a"


def test_who_asked_is_known(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx"})
    release = api.ok("POST", "/apps/myapp/releases")
    assert release["created_by"] == "tester"
    assert api.ok("GET", f"/operations/{release['operation']}")["created_by"] == "tester"

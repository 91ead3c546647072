"""A changed config comes to what runs by a release of its own, which changes nothing else."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pvdifyd.models import Host, Release
from pvdifyd.settings import Settings
from pvdifyd.worker.perform import Performer
from pvdifyd.worker.recovery import recover
from tests.api.age_identity import Identity
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.fake_engine import CRASH, DIGEST, FakeEngine

BAD = "docker.io/library/nginx:bad"
OTHER = "sha256:" + "cd" * 32


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp"})


def deploy(api: Api, image: str = "nginx:1") -> Any:
    return api.wait(api.ok("POST", "/apps/myapp/releases", {"image": image})["operation"])


def ask(api: Api, **body: Any) -> Any:
    return api.ok("PUT", "/apps/myapp/config", body)


def set_and_wait(api: Api, **config: str) -> Any:
    made = ask(api, config=config)
    return api.wait(made["operation"])


def release(api: Api, version: int) -> Any:
    return api.ok("GET", f"/apps/myapp/releases/{version}")


def told(engine: FakeEngine) -> Any:
    return engine.runs[-1].document["apps"]["myapp"]


def test_what_runs_gets_the_config_by_a_release(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, identity: Identity
) -> None:
    deploy(api)
    answer = api("PUT", "/apps/myapp/config", {"config": {"A": "1"}, "secrets": {"B": "canary"}})
    made = answer.get_json()
    assert (answer.status_code, made["version"], made["release"]) == (202, "v1", 2)
    assert answer.headers["Location"] == f"/api/v1/operations/{made['operation']}"
    operation = api.wait(made["operation"])
    assert (operation["kind"], operation["status"], operation["release"]) == ("config", "succeeded", 2)
    shown = release(api, 2)
    assert (shown["image"], shown["digest"], shown["container_port"]) == ("nginx:1", DIGEST, 8080)
    assert (shown["status"], shown["config_version"], shown["rollback_of"]) == ("active", "v1", None)
    assert shown["secrets"]["B"]["version"] == "v1"
    assert release(api, 1)["config_version"] is None
    assert engine.runs[-1].playbook == "deploy"
    assert (told(engine)["release"], told(engine)["units"], told(engine)["digest"]) == (2, 2, DIGEST)
    environment = told(engine)["environment"]
    assert (environment["version"], environment["values"]) == (1, {"A": "1"})
    assert identity.read(environment["secrets"]["B"]["document"])["value"] == "canary"


def test_it_may_be_stored_only_and_the_next_deploy_takes_it(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    deploy(api)
    answer = api("PUT", "/apps/myapp/config", {"config": {"A": "1"}, "restart": False})
    assert (answer.status_code, answer.get_json()["release"]) == (200, None)
    assert api("DELETE", "/apps/myapp/config/A?restart=false").status_code == 200
    ask(api, config={"A": "2"}, restart=False)
    assert [one["version"] for one in api.ok("GET", "/apps/myapp/releases")] == [1]
    deploy(api)
    assert told(engine)["environment"]["values"] == {"A": "2"}
    assert release(api, 2)["config_version"] == "v3"


def test_nothing_changed_is_no_release(api: Api, app: Any, worker: RunningWorker) -> None:
    deploy(api)
    set_and_wait(api, A="1")
    answer = api("PUT", "/apps/myapp/config", {"config": {"A": "1"}})
    assert (answer.status_code, answer.get_json()["release"]) == (200, None)


def test_an_app_that_never_ran_has_no_release_of_it(api: Api, app: Any) -> None:
    assert ask(api, config={"A": "1"})["release"] is None


def test_counts_stops_and_the_next_deploys_settings_stay_as_they_are(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    processes = {"web": {"command": "old", "count": 1}, "worker": {"command": "w", "count": 3}}
    api.ok("PATCH", "/apps/myapp", {"processes": processes})
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2}})["id"])
    api.wait(api.ok("POST", "/apps/myapp/ps/stop", {"process": "worker"})["id"])
    port = api.ok("GET", "/apps/myapp")["bind_port"]
    later = {
        "processes": {"web": {"command": "new", "count": 5}},
        "bind_port": port + 5,
        "image": "nginx:next",
    }
    api.ok("PATCH", "/apps/myapp", {**later, "container_port": 7000, "healthcheck": {"path": "/up"}})
    set_and_wait(api, A="1")
    sent = told(engine)
    assert {name: (one["command"], one["count"]) for name, one in sent["processes"].items()} == {
        "web": (["old"], 2),
        "worker": (["w"], 0),
    }
    assert (sent["stopped"], sent["bind_port"], sent["healthcheck"]) == ({"worker": 3}, port, None)
    assert release(api, 2)["processes"]["web"]["count"] == 2
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["image"], shown["bind_port"], shown["stopped"]) == ("nginx:next", port + 5, ["worker"])
    assert shown["processes"]["web"] == {"command": "new", "count": 5, "overlap": True}


def test_an_app_that_is_stopped_only_stores_it(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop")["id"])
    assert ask(api, config={"A": "1"})["release"] is None
    deploy(api)
    assert told(engine)["environment"]["values"] == {"A": "1"}


def test_a_deploy_that_is_on_its_way_to_a_stopped_app_is_followed_by_the_config(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop")["id"])
    engine.gate = threading.Event()
    api.ok("POST", "/apps/myapp/releases")
    made = ask(api, config={"A": "1"})
    engine.gate.set()
    assert api.wait(made["operation"])["status"] == "succeeded"
    assert told(engine)["environment"]["values"] == {"A": "1"}
    assert api.ok("GET", "/apps/myapp")["status"] == "live"


def test_it_takes_what_serves_when_its_turn_comes(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail[BAD] = CRASH
    engine.digests["docker.io/library/nginx:2"] = OTHER
    deploy(api)
    engine.gate = threading.Event()
    for image in ("nginx:2", "nginx:bad"):
        api.ok("POST", "/apps/myapp/releases", {"image": image})
    made = ask(api, config={"A": "1"})
    assert (made["release"], release(api, 4)["image"]) == (4, "nginx:bad")
    engine.gate.set()
    api.wait(made["operation"])
    shown = release(api, 4)
    assert (shown["status"], shown["image"], shown["digest"]) == ("active", "nginx:2", OTHER)
    assert told(engine)["image"] == "docker.io/library/nginx:2"


def test_what_never_served_is_tried_again_with_the_config(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    engine.fail_playbook["deploy"] = [CRASH]
    first = api.ok("POST", "/apps/myapp/releases", {"image": "nginx:1"})
    made = ask(api, config={"NEEDED": "1"})
    engine.gate.set()
    assert api.wait(first["operation"])["status"] == "failed"
    assert api.wait(made["operation"])["status"] == "succeeded"
    shown = release(api, 2)
    assert (shown["status"], shown["image"], shown["config_version"]) == ("active", "nginx:1", "v1")
    assert api.ok("GET", "/apps/myapp")["image"] == "nginx:1"


def test_changes_in_a_row_come_one_after_another(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    deploy(api)
    made = [ask(api, config={f"K{number}": "1"}) for number in range(3)]
    for one in made:
        assert api.wait(one["operation"])["status"] == "succeeded"
    ran = [run.document["apps"]["myapp"] for run in engine.runs]
    assert [(one["release"], len(one["environment"]["values"])) for one in ran] == [
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 3),
    ]


def test_a_config_that_does_not_start_stays_stored_and_the_way_out_is_told(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    deploy(api)
    set_and_wait(api, A="1")
    engine.fail_playbook["deploy"] = [CRASH]
    operation = set_and_wait(api, A="broken")
    assert operation["error"]["code"] == "instance_crashed"
    assert operation["error"]["next_step"] == (
        "Run the image by hand. v2 stays stored, and the next deploy takes it. `pvdify config:diff myapp v1 v2` shows "
        "what it changed. To go back, set those keys to what they were: `pvdify config:set myapp KEY=value`."
    )
    assert release(api, 3)["reason"] == operation["error"]
    assert (release(api, 2)["status"], release(api, 3)["status"]) == ("active", "failed")
    assert api.ok("GET", "/apps/myapp/config")["config"] == {"A": "broken"}
    assert "broken" not in str(operation)


def test_a_failure_whose_config_is_no_longer_the_apps_needs_no_way_out(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    deploy(api)
    engine.gate = threading.Event()
    engine.fail_playbook["deploy"] = [CRASH]
    failing, following = ask(api, config={"A": "broken"}), ask(api, config={"A": "good"})
    engine.gate.set()
    assert api.wait(failing["operation"])["error"]["next_step"] == "Run the image by hand."
    assert api.wait(following["operation"])["status"] == "succeeded"


@pytest.mark.parametrize("phase", ["queued", "start"])
def test_it_can_be_cancelled_and_the_config_stays_stored(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, phase: str
) -> None:
    deploy(api)
    held = engine.held["start"] = threading.Event()
    blocking = api.ok("POST", "/apps/myapp/releases")["operation"] if phase == "queued" else None
    number = ask(api, config={"A": "1"})["operation"]
    if phase == "start":
        eventually(lambda: len(engine.runs) == 2)
    api.ok("POST", f"/operations/{number}/cancel")
    operation = api.wait(number)
    held.set()
    if blocking is not None:
        api.wait(blocking)
    assert operation["status"] == "cancelled"
    assert "v1 stays stored" in operation["error"]["next_step"]
    assert engine.runs[-1].playbook == ("discard" if phase == "start" else "deploy")
    assert api.ok("GET", "/apps/myapp/config")["config"] == {"A": "1"}


def test_a_worker_that_was_killed_goes_on_with_the_same_release(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    performer = Performer(settings, engine, settings.home, lambda: None)
    performer.perform(api.ok("POST", "/apps/myapp/releases", {"image": "nginx:1"})["operation"])
    number = ask(api, config={"A": "1"})["operation"]
    engine.dies_after = "switch"
    with pytest.raises(SystemExit):
        performer.perform(number)
    recover()
    engine.dies_after = None
    performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "succeeded"
    assert engine.runs[-1].document == engine.runs[-2].document
    assert Release.get(Release.version == 2).status == "active"


@pytest.mark.parametrize("phase", ["queued", "start"])
def test_a_first_deploy_that_was_cancelled_is_not_brought_by_the_config_behind_it(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, phase: str
) -> None:
    held = engine.held["start"] = threading.Event()
    api.ok("POST", "/apps", {"name": "other"})
    first = api.ok("POST", "/apps/myapp/releases", {"image": "nginx:1"})["operation"]
    eventually(lambda: engine.runs)
    if phase == "queued":
        second = api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})["operation"]
        made = [ask(api, config={"B": "1"}), ask(api, config={"C": "1"})]
        for number in (second, first):
            api.ok("POST", f"/operations/{number}/cancel")
    else:
        made = [ask(api, config={"B": "1"}), ask(api, config={"C": "1"})]
        api.ok("POST", f"/operations/{first}/cancel")
    ended = [api.wait(one["operation"]) for one in made]
    held.set()
    assert [one["status"] for one in ended] == ["cancelled", "cancelled"]
    assert "was cancelled, and nothing serves." in ended[0]["error"]["message"]
    assert "v2 stays stored, and the next deploy takes it." in ended[1]["error"]["next_step"]
    assert [run.playbook for run in engine.runs] == ["deploy", "discard"]
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["status"], shown["config_version"], shown["running_config_version"]) == (
        "empty",
        "v2",
        None,
    )
    assert release(api, made[0]["release"])["status"] == "failed"


def test_a_deploy_cancelled_after_another_one_leaves_the_config_to_what_serves(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    api.ok("POST", "/apps/myapp/releases", {"image": "nginx:1"})
    second = api.ok("POST", "/apps/myapp/releases", {"image": "nginx:2"})["operation"]
    made = ask(api, config={"B": "1"})
    api.ok("POST", f"/operations/{second}/cancel")
    engine.gate.set()
    assert api.wait(made["operation"])["status"] == "succeeded"
    assert (release(api, 3)["image"], release(api, 3)["config_version"]) == ("nginx:1", "v1")


def in_force(api: Api) -> tuple[Any, Any]:
    shown = api.ok("GET", "/apps/myapp")
    return shown["config_version"], shown["running_config_version"]


@pytest.mark.parametrize("body", [{"config": {"A": "2"}}, {}])
@pytest.mark.parametrize("why", ["stored", "failed", "cancelled"])
def test_a_config_that_is_stored_is_brought_by_setting_what_is_set(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, why: str, body: Any
) -> None:
    deploy(api)
    set_and_wait(api, A="1")
    if why == "stored":
        ask(api, config={"A": "2"}, restart=False)
    elif why == "failed":
        engine.fail_playbook["deploy"] = [CRASH]
        assert set_and_wait(api, A="2")["status"] == "failed"
    else:
        engine.held["start"] = threading.Event()
        number = ask(api, config={"A": "2"})["operation"]
        eventually(lambda: len(engine.runs) == 3)
        api.ok("POST", f"/operations/{number}/cancel")
        assert api.wait(number)["status"] == "cancelled"
        engine.held.clear()
    assert in_force(api) == ("v2", "v1")
    assert api("PUT", "/apps/myapp/config", {**body, "restart": False}).status_code == 200
    answer = api("PUT", "/apps/myapp/config", body)
    made = answer.get_json()
    assert (answer.status_code, made["version"], made["changes"]) == (202, "v2", [])
    assert api.wait(made["operation"])["status"] == "succeeded"
    assert in_force(api) == ("v2", "v2")
    assert told(engine)["environment"]["values"] == {"A": "2"}
    assert api("PUT", "/apps/myapp/config", body).status_code == 200


@pytest.mark.parametrize("kind", ["config", "deploy"])
def test_what_is_on_its_way_with_the_config_is_enough(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, kind: str
) -> None:
    deploy(api)
    engine.gate = threading.Event()
    api.ok("POST", "/apps/myapp/ps/restart", {})
    if kind == "deploy":
        ask(api, config={"A": "1"}, restart=False)
        api.ok("POST", "/apps/myapp/releases")
    else:
        ask(api, config={"A": "1"})
    assert api("PUT", "/apps/myapp/config", {"config": {"A": "1"}}).status_code == 200


def test_a_config_that_is_asked_for_behind_a_rollback_is_the_apps_again(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    deploy(api)
    set_and_wait(api, A="1")
    ask(api, config={"A": "2"}, restart=False)
    engine.gate = threading.Event()
    api.ok("POST", "/apps/myapp/rollback", {"version": 1})
    made = ask(api, config={"A": "2"})
    engine.gate.set()
    assert api.wait(made["operation"])["status"] == "succeeded"
    assert in_force(api) == ("v2", "v2")


@pytest.mark.parametrize("process", [None, "web"])
def test_a_stopped_app_starts_with_the_config_that_was_stored_meanwhile(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, process: str | None
) -> None:
    api.ok(
        "PATCH", "/apps/myapp", {"processes": {"web": {"count": 2}, "worker": {"command": "w", "count": 1}}}
    )
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop")["id"])
    ask(api, config={"A": "1"})
    operation = api.wait(
        api.ok("POST", "/apps/myapp/ps/start", {"process": process} if process else {})["id"]
    )
    assert (operation["kind"], operation["release"], operation["status"]) == ("config", 2, "succeeded")
    sent = told(engine)
    assert sent["environment"]["values"] == {"A": "1"}
    counts = {name: one["count"] for name, one in sent["processes"].items()}
    assert counts == {"web": 2, "worker": 0 if process else 1}
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["status"], shown["stopped"]) == ("live", ["worker"] if process else [])
    assert in_force(api) == ("v1", "v1")


def test_a_stopped_app_that_is_scaled_starts_with_the_config_that_was_stored_meanwhile(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {"count": 1}, "worker": {"command": "w"}}})
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop")["id"])
    ask(api, config={"A": "1"})
    nothing = api.wait(api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"worker": 0}})["id"])
    assert nothing["kind"] == "scale", "nothing starts"
    operation = api.wait(api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 3}})["id"])
    assert (operation["kind"], operation["release"], operation["status"]) == ("config", 2, "succeeded")
    assert operation["arguments"]["processes"] == {"web": 3}
    assert told(engine)["environment"]["values"] == {"A": "1"}
    assert {name: one["count"] for name, one in told(engine)["processes"].items()} == {"web": 3, "worker": 0}
    assert release(api, 2)["processes"]["web"]["count"] == 3
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["status"], shown["processes"]["web"]["count"]) == ("live", 3)
    assert in_force(api) == ("v1", "v1")


def test_a_stopped_app_with_its_config_is_scaled_without_a_release(
    api: Api, app: Any, worker: RunningWorker
) -> None:
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop")["id"])
    assert api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2}})["kind"] == "scale"


def test_a_type_that_a_deploy_before_it_left_out_is_not_scaled_and_said(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {}, "worker": {"command": "w"}}})
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop")["id"])
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {}}})
    engine.gate = threading.Event()
    before = len(engine.runs)
    api.ok("POST", "/apps/myapp/releases")
    eventually(lambda: len(engine.runs) > before)
    ask(api, config={"A": "1"}, restart=False)
    number = api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2, "worker": 2}})["id"]
    engine.gate.set()
    assert api.wait(number)["kind"] == "config"
    assert notes(api, number) == ["Release 3 no longer has worker; the others are scaled."]
    assert {name: one["count"] for name, one in told(engine)["processes"].items()} == {"web": 2}


def test_a_first_deploy_that_waits_takes_what_is_stored_by_itself(api: Api, app: Any) -> None:
    api.ok("POST", "/apps/myapp/releases", {"image": "nginx:1"})
    ask(api, config={"A": "1"}, restart=False)
    assert ask(api, config={"A": "1"})["release"] is None


def notes(api: Api, operation: int) -> list[str]:
    events = api.ok("GET", f"/operations/{operation}/events", headers={"Accept": "application/json"})
    return [event["message"] for event in events if event["type"] == "note"]


@pytest.mark.parametrize(("count", "is_said"), [(2, True), (0, False)])
def test_a_type_that_is_scaled_beside_others_has_their_config_and_a_note_says_so(
    api: Api, app: Any, worker: RunningWorker, count: int, is_said: bool
) -> None:
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {}, "worker": {"command": "w"}}})
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop", {"process": "worker"})["id"])
    ask(api, config={"A": "1"}, restart=False)
    operation = api.wait(
        api.ok("POST", "/apps/myapp/ps/scale", {"processes": {"web": 2, "worker": count}})["id"]
    )
    assert operation["kind"] == "scale"
    said = notes(api, operation["id"])
    assert [one.startswith("It starts with no config, and v1 is stored.") for one in said] == [True] * is_said


@pytest.mark.parametrize("body", [{"config": {"B": "1"}}, {}])
def test_a_first_deploy_that_began_with_an_older_config_is_followed_by_it(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, body: Any
) -> None:
    ask(api, config={"A": "1"})
    engine.gate = threading.Event()
    api.ok("POST", "/apps/myapp/releases", {"image": "nginx:1"})
    eventually(lambda: engine.runs)
    ask(api, config={"B": "1"}, restart=False)
    made = ask(api, **body)
    assert (made["version"], made["changes"]) == ("v2", [])
    engine.gate.set()
    assert api.wait(made["operation"])["status"] == "succeeded"
    assert in_force(api) == ("v2", "v2")


def test_a_type_that_is_started_beside_others_has_their_config_and_a_note_says_so(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("PATCH", "/apps/myapp", {"processes": {"web": {}, "worker": {"command": "w"}}})
    deploy(api)
    api.wait(api.ok("POST", "/apps/myapp/ps/stop", {"process": "worker"})["id"])
    ask(api, config={"A": "1"}, restart=False)
    operation = api.wait(api.ok("POST", "/apps/myapp/ps/start", {"process": "worker"})["id"])
    assert operation["kind"] == "start"
    events = api.ok("GET", f"/operations/{operation['id']}/events", headers={"Accept": "application/json"})
    assert [event["message"] for event in events if event["type"] == "note"] == [
        "It starts with no config, and v1 is stored. To bring that, deploy, or set a key to what it is: `pvdify "
        "config:set myapp KEY=value`."
    ]

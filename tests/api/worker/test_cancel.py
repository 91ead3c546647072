"""Cancelling an operation: at once, in mid-run, too late, and over a worker's death."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pvdifyd.models import Operation
from pvdifyd.settings import Settings
from pvdifyd.worker.claim import claim
from pvdifyd.worker.perform import Performer
from pvdifyd.worker.recovery import recover
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.fake_engine import CRASH, Failure, FakeEngine

JSON = {"Accept": "application/json"}


@pytest.fixture
def app(api: Api) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp", "image": "nginx"})


@pytest.fixture
def served(api: Api, app: Any, worker: RunningWorker, engine: FakeEngine) -> Any:
    """An app whose release 1 serves."""
    api.wait(deploy(api)["operation"])
    engine.runs.clear()
    return app


def deploy(api: Api) -> Any:
    return api.ok("POST", "/apps/myapp/releases")


def ask_in_that_moment(number: int) -> None:
    """As the API does where the phase's event is not there yet."""
    Operation.update(cancel_requested=True).where(Operation.id == number).execute()


def cancel(api: Api, number: int) -> Any:
    answer = api("POST", f"/operations/{number}/cancel")
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/v1/operations/{number}"
    return answer.get_json()


def messages(api: Api, number: int) -> list[str]:
    events = api.ok("GET", f"/operations/{number}/events", headers=JSON)
    return [event["message"] for event in events if event["type"] == "note"]


def hold(api: Api, engine: FakeEngine, phase: str, number: int) -> threading.Event:
    """The gate of a phase that the operation has come to."""
    gate = engine.held[phase]

    def there() -> bool:
        events = api.ok("GET", f"/operations/{number}/events", headers=JSON)
        return any(event["phase"] == phase for event in events)

    eventually(there)
    return gate


def test_what_waits_is_cancelled_at_once(api: Api, app: Any) -> None:
    release = deploy(api)
    operation = cancel(api, release["operation"])
    assert (operation["status"], operation["cancel_requested"]) == ("cancelled", True)
    assert operation["error"]["code"] == "cancelled"
    assert operation["finished_at"]
    failed = api.ok("GET", "/apps/myapp/releases/1")
    assert (failed["status"], failed["reason"]["code"]) == ("failed", "cancelled")
    assert cancel(api, release["operation"]) == operation, "asking again changes nothing"
    assert api.ok("GET", "/apps/myapp")["status"] == "empty"


def test_what_comes_after_a_cancelled_one_runs(api: Api, served: Any, engine: FakeEngine) -> None:
    engine.held["pull"] = threading.Event()
    first, second, third = (deploy(api)["operation"] for _ in range(3))
    hold(api, engine, "pull", first)
    assert cancel(api, second)["status"] == "cancelled"
    engine.held["pull"].set()
    assert api.wait(first)["status"] == api.wait(third)["status"] == "succeeded"


@pytest.mark.parametrize("phase", ["pull", "stage", "start"])
def test_a_deploy_is_taken_back_before_its_switch(
    api: Api, served: Any, engine: FakeEngine, phase: str
) -> None:
    engine.held[phase] = threading.Event()
    release = deploy(api)
    hold(api, engine, phase, release["operation"])
    asked = cancel(api, release["operation"])
    assert (asked["status"], asked["cancel_requested"]) == ("running", True)
    operation = api.wait(release["operation"])
    assert (operation["status"], operation["error"]["code"]) == ("cancelled", "cancelled")
    assert [run.playbook for run in engine.runs] == ["deploy", "discard"]
    assert engine.runs[1].document == engine.runs[0].document
    assert api.ok("GET", "/apps/myapp/releases/2")["reason"]["code"] == "cancelled"
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["release"], shown["status"]) == (1, "live")
    assert messages(api, release["operation"]) == [
        "tester asked to cancel it.",
        "Cancelling: what was begun is taken back.",
    ]


@pytest.mark.parametrize("phase", ["switch", "retire"])
def test_after_the_switch_has_begun_it_is_too_late(
    api: Api, served: Any, engine: FakeEngine, phase: str
) -> None:
    engine.held[phase] = threading.Event()
    release = deploy(api)
    gate = hold(api, engine, phase, release["operation"])
    refused = api("POST", f"/operations/{release['operation']}/cancel")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_cancellable")
    assert "pvdify rollback myapp" in refused.get_json()["detail"]
    gate.set()
    operation = api.wait(release["operation"])
    assert (operation["status"], operation["cancel_requested"]) == ("succeeded", False)
    assert [run.playbook for run in engine.runs] == ["deploy"]
    assert api.ok("GET", "/apps/myapp")["release"] == 2


def test_who_asked_in_the_moment_the_switch_began_is_told_that_it_was_too_late(
    api: Api, served: Any, engine: FakeEngine
) -> None:
    engine.held["switch"] = threading.Event()
    number = deploy(api)["operation"]
    gate = hold(api, engine, "switch", number)
    ask_in_that_moment(number)
    eventually(lambda: any("Too late" in one for one in messages(api, number)))
    gate.set()
    assert api.wait(number)["status"] == "succeeded"
    assert [run.playbook for run in engine.runs] == ["deploy"]
    assert len([one for one in messages(api, number) if "Too late" in one]) == 1


def test_a_release_that_turns_out_to_serve_is_brought_to_its_end(
    api: Api, served: Any, engine: FakeEngine
) -> None:
    engine.held["start"] = threading.Event()
    engine.stays = True
    release = deploy(api)
    gate = hold(api, engine, "start", release["operation"])
    cancel(api, release["operation"])
    eventually(lambda: any("Cancelling" in one for one in messages(api, release["operation"])))
    gate.set()
    assert api.wait(release["operation"])["status"] == "succeeded"
    assert [run.playbook for run in engine.runs] == ["deploy", "discard", "deploy"]
    assert api.ok("GET", "/apps/myapp")["release"] == 2
    assert "serves already" in messages(api, release["operation"])[-1]


@pytest.mark.parametrize(
    ("path", "body", "playbook", "phase"),
    [
        ("scale", {"processes": {"web": 5}}, "scale", "start"),
        ("stop", None, "scale", "stage"),
        ("start", None, "scale", "stage"),
        ("restart", None, "restart", "restart"),
    ],
)
def test_what_runs_goes_back_to_the_formation_it_had(
    api: Api, served: Any, engine: FakeEngine, path: str, body: Any, playbook: str, phase: str
) -> None:
    engine.held[phase] = threading.Event()
    number = api.ok("POST", f"/apps/myapp/ps/{path}", body)["id"]
    gate = hold(api, engine, phase, number)
    cancel(api, number)
    eventually(lambda: any("Cancelling" in one for one in messages(api, number)))
    gate.set()
    assert api.wait(number)["status"] == "cancelled"
    assert [run.playbook for run in engine.runs] == [playbook, "scale"]
    back = engine.runs[1].document["apps"]["myapp"]
    assert back["processes"]["web"]["count"] == 1
    assert back["restart"] == {"process": None, "instance": None}
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["processes"]["web"]["count"], shown["stopped"], shown["release"]) == (1, [], 1)


def test_an_operation_that_has_ended_is_not_cancelled(api: Api, served: Any) -> None:
    number = deploy(api)["operation"]
    api.wait(number)
    answer = api("POST", f"/operations/{number}/cancel")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "operation_ended")
    assert "succeeded" in answer.get_json()["detail"]


def test_limits_and_removals_can_be_cancelled_only_while_they_wait(
    api: Api, served: Any, engine: FakeEngine
) -> None:
    engine.held["stage"] = threading.Event()
    location = api("PATCH", "/apps/myapp", {"resources": {"memory": "1G"}}).headers["Location"]
    number = int(location.rpartition("/")[2])
    hold(api, engine, "stage", number)
    answer = api("POST", f"/operations/{number}/cancel")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_cancellable")
    removal = api.ok("DELETE", "/apps/myapp")["id"]
    assert cancel(api, removal)["status"] == "cancelled"
    engine.held["stage"].set()
    assert api.wait(number)["status"] == "succeeded"
    assert api.ok("GET", "/apps/myapp")["status"] == "live", "the app is no longer on its way out"


def test_a_run_that_failed_by_itself_is_a_failure_and_the_asker_is_told(
    api: Api, served: Any, engine: FakeEngine
) -> None:
    engine.held["retire"] = threading.Event()
    engine.fail_playbook["deploy"] = [Failure("host_timeout", "web.1 did not stop.", "retire", {})]
    number = deploy(api)["operation"]
    gate = hold(api, engine, "retire", number)
    ask_in_that_moment(number)
    gate.set()
    assert api.wait(number)["status"] == "failed"
    assert "Too late" in messages(api, number)[-1]


def test_when_taking_back_fails_the_operation_failed_for_that_reason(
    api: Api, served: Any, engine: FakeEngine
) -> None:
    engine.held["start"] = threading.Event()
    engine.fail_playbook["discard"] = [Failure("host_io_error", "disk full", "discard", {})]
    number = deploy(api)["operation"]
    hold(api, engine, "start", number)
    cancel(api, number)
    operation = api.wait(number)
    assert (operation["status"], operation["error"]["code"]) == ("failed", "host_io_error")


def test_taking_back_is_tried_again_until_it_is_done(api: Api, served: Any, engine: FakeEngine) -> None:
    engine.held["start"] = threading.Event()
    engine.fail_playbook["discard"] = [Failure("engine_failed", "it was killed", "discard", {})]
    number = deploy(api)["operation"]
    hold(api, engine, "start", number)
    cancel(api, number)
    assert api.wait(number)["status"] == "cancelled"
    assert [run.playbook for run in engine.runs] == ["deploy", "discard", "discard"]


def test_a_worker_that_dies_while_it_cancels_leaves_that_to_the_next(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    performer = Performer(settings, engine, settings.home, lambda: None)
    number = deploy(api)["operation"]
    engine.dies_after = "stage"
    with pytest.raises(SystemExit):
        performer.perform(number)
    cancel(api, number)
    engine.dies_after = "discard"
    recover()
    with pytest.raises(SystemExit):
        performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "running"
    engine.dies_after = None
    recover()
    performer.perform(number)
    operation = api.ok("GET", f"/operations/{number}")
    assert (operation["status"], operation["error"]["code"]) == ("cancelled", "cancelled")
    assert [run.playbook for run in engine.runs] == ["deploy", "discard", "discard"]


def test_what_a_dead_worker_had_begun_is_taken_back_though_it_waits(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    number = deploy(api)["operation"]
    assert claim(number) is not None
    recover()
    assert api.ok("GET", f"/operations/{number}")["status"] == "queued"
    assert cancel(api, number)["status"] == "queued", "something may be on the host"
    Performer(settings, engine, settings.home, lambda: None).perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "cancelled"
    assert [run.playbook for run in engine.runs] == ["discard"]


def test_a_worker_that_died_in_the_switch_has_come_too_far(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    performer = Performer(settings, engine, settings.home, lambda: None)
    number = deploy(api)["operation"]
    engine.dies_after = "switch"
    with pytest.raises(SystemExit):
        performer.perform(number)
    ask_in_that_moment(number)
    engine.dies_after = None
    recover()
    performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "succeeded"
    assert [run.playbook for run in engine.runs] == ["deploy", "deploy"]


def test_a_cancel_is_not_lost_when_the_operation_is_queued_again(api: Api, app: Any) -> None:
    number = deploy(api)["operation"]
    assert claim(number) is not None
    cancel(api, number)
    recover()
    assert Operation.get_by_id(number).cancel_requested


def test_a_release_that_crashed_before_somebody_asked_is_ended_already(
    api: Api, served: Any, engine: FakeEngine
) -> None:
    engine.fail_playbook["deploy"] = [CRASH]
    number = deploy(api)["operation"]
    assert api.wait(number)["status"] == "failed"
    assert api("POST", f"/operations/{number}/cancel").get_json()["code"] == "operation_ended"

"""The worker: how operations end, what becomes of what it left, and how it stops."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from pvdifyd.errors import ConflictError
from pvdifyd.models import Event, Operation, Release
from pvdifyd.queue import JobQueue
from pvdifyd.settings import Settings
from pvdifyd.worker.claim import claim
from pvdifyd.worker.main import work
from pvdifyd.worker.perform import Performer
from pvdifyd.worker.recovery import ATTEMPT_LIMIT, pause_before_next, recover
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.fake_engine import CRASH, DIGEST, Failure, FakeEngine
from tests.api.fake_engine import Outcome as FakeOutcome

BAD = "docker.io/library/nginx:bad"


def deploy(api: Api, image: str = "nginx", app: str = "myapp") -> Any:
    return api.ok("POST", f"/apps/{app}/releases", {"image": image})


@pytest.fixture
def app(api: Api) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp"})


def test_a_failed_release_says_why_and_the_old_one_stays(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(deploy(api)["operation"])
    engine.fail[BAD] = CRASH
    release = deploy(api, "nginx:bad")
    operation = api.wait(release["operation"])
    assert operation["status"] == "failed"
    assert operation["error"] == {
        "code": "instance_crashed",
        "message": "web.1 ended with exit code 3.",
        "phase": "start",
        "exit_code": 3,
        "logs": ["boom"],
        "next_step": "Run the image by hand.",
    }
    failed = api.ok("GET", "/apps/myapp/releases/2")
    assert (failed["status"], failed["reason"], failed["digest"]) == ("failed", operation["error"], DIGEST)
    assert api.ok("GET", "/apps/myapp/releases/1")["status"] == "active"
    shown = api.ok("GET", "/apps/myapp")
    assert (shown["release"], shown["status"], shown["image"]) == (1, "live", "nginx")


def test_a_failure_after_the_switch_leaves_the_new_release_active(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.wait(deploy(api)["operation"])
    engine.fail[BAD] = Failure("host_timeout", "The old instances did not stop.", "retire", {})
    assert api.wait(deploy(api, "nginx:bad")["operation"])["status"] == "failed"
    assert {one["version"]: one["status"] for one in api.ok("GET", "/apps/myapp/releases")} == {
        1: "superseded",
        2: "active",
    }


def test_a_fault_of_ours_ends_the_operation_and_not_the_worker(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.breaks = RuntimeError("secret inside")
    operation = api.wait(deploy(api)["operation"])
    assert (operation["status"], operation["error"]["code"]) == ("failed", "worker_error")
    assert "secret" not in str(operation)
    engine.breaks = None
    assert api.wait(deploy(api)["operation"])["status"] == "succeeded"


def test_a_failed_removal_leaves_an_app_that_can_be_removed_again(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail[""] = Failure("host_unreachable", "ssh: connection refused", "remove", {})
    assert api.wait(api.ok("DELETE", "/apps/myapp")["id"])["status"] == "failed"
    assert api.ok("GET", "/apps/myapp")["status"] == "empty"
    engine.fail.clear()
    assert api.wait(api.ok("DELETE", "/apps/myapp")["id"])["status"] == "succeeded"


def test_a_host_lost_in_the_middle_is_asked_again_until_the_release_is_whole(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail[BAD] = Failure("host_unreachable", "The host can't be reached: reset.", "switch", {})
    number = deploy(api, "nginx:bad")["operation"]
    eventually(lambda: len(engine.runs) == 1)
    engine.fail.clear()
    assert api.wait(number)["status"] == "succeeded"
    assert len(engine.runs) == 2
    notes = [event.message for event in Event.select().where(Event.type == "note")]
    assert notes == ["The host can't be reached: reset. The operation begins again."]
    assert api.ok("GET", "/apps/myapp/releases/1")["status"] == "active"


@pytest.mark.parametrize("phase", ["pull", "stage", "start", "switch", "retire"])
def test_a_run_whose_ansible_was_killed_is_run_again_in_a_moment(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine, phase: str
) -> None:
    engine.fail_playbook["deploy"] = [Failure("engine_failed", "It was killed.", phase, {})]
    began = time.monotonic()
    assert api.wait(deploy(api)["operation"])["status"] == "succeeded"
    assert time.monotonic() - began < 3
    assert [run.playbook for run in engine.runs] == ["deploy", "deploy"]


def test_a_host_that_does_not_answer_at_all_has_nothing_to_mend(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail_playbook["deploy"] = [Failure("host_unreachable", "refused", "pull", {})]
    operation = api.wait(deploy(api)["operation"])
    assert (operation["status"], operation["error"]["code"]) == ("failed", "host_unreachable")
    assert len(engine.runs) == 1


def test_a_host_lost_again_at_the_beginning_of_a_second_attempt_is_waited_for(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    engine.fail_playbook["deploy"] = [
        Failure("host_unreachable", "reset", "switch", {}),
        Failure("host_unreachable", "refused", "pull", {}),
    ]
    performer = Performer(settings, engine, settings.home, lambda: None, patience=0)
    number = deploy(api)["operation"]
    for _ in range(3):
        performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "succeeded"


def test_a_host_that_goes_down_or_comes_up_is_asked_again_from_the_first_phase_on(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    engine.fail_playbook["deploy"] = [Failure("host_going_down", "systemd is away.", "pull", {})]
    performer = Performer(settings, engine, settings.home, lambda: None, patience=0)
    number = deploy(api)["operation"]
    for _ in range(2):
        performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "succeeded"


def test_the_pauses_grow_and_have_an_end(api: Api, app: Any, settings: Settings, engine: FakeEngine) -> None:
    killed = FakeOutcome(False, True, Failure("engine_failed", "It was killed.", "start", {}), {}, "pull")
    lost = FakeOutcome(False, True, Failure("host_unreachable", "reset", "start", {}), {}, "pull")
    attempts = range(1, ATTEMPT_LIMIT + 1)
    assert [pause_before_next(Operation(attempt=one), killed, False) for one in attempts] == [
        0.5,
        1,
        2,
        4,
        None,
    ]
    assert [pause_before_next(Operation(attempt=one), lost, False) for one in attempts] == [3, 6, 9, 12, None]


def test_an_ansible_that_is_killed_each_time_is_given_up_with_its_reason(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    engine.fail_playbook["deploy"] = [Failure("engine_failed", "It was killed.", "start", {})] * 9
    performer = Performer(settings, engine, settings.home, lambda: None, patience=0)
    number = deploy(api)["operation"]
    for _ in range(ATTEMPT_LIMIT):
        performer.perform(number)
    operation = api.ok("GET", f"/operations/{number}")
    assert (operation["status"], operation["error"]["code"]) == ("failed", "engine_failed")
    assert len(engine.runs) == ATTEMPT_LIMIT


CUT_OFF = Failure("engine_failed", "The playbook was killed.", "discard", {})


@pytest.mark.parametrize("code", ["engine_failed", "host_unreachable", "host_going_down", "step_killed"])
def test_a_run_cut_off_while_it_takes_back_is_run_again_and_fails_for_its_reason(
    api: Api, app: Any, settings: Settings, engine: FakeEngine, code: str
) -> None:
    engine.fail_playbook["deploy"] = [CRASH, CRASH]
    engine.cut_off = [Failure(code, "The discard was cut off.", "discard", {})]
    performer = Performer(settings, engine, settings.home, lambda: None, patience=0)
    number = deploy(api)["operation"]
    for _ in range(3):
        performer.perform(number)
    operation = api.ok("GET", f"/operations/{number}")
    assert (operation["status"], operation["error"]["code"]) == ("failed", "instance_crashed")
    assert len(engine.runs) == 2, "what was taken back to the end is not run again"
    notes = [event.message for event in Event.select().where(Event.type == "note")]
    assert notes == ["The discard was cut off. The operation begins again."]


def test_a_run_cut_off_each_time_it_takes_back_is_given_up_with_its_first_reason(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    engine.fail_playbook["deploy"] = [CRASH] * 9
    engine.cut_off = [CUT_OFF] * 9
    performer = Performer(settings, engine, settings.home, lambda: None, patience=0)
    number = deploy(api)["operation"]
    for _ in range(ATTEMPT_LIMIT + 1):
        performer.perform(number)
    operation = api.ok("GET", f"/operations/{number}")
    assert (operation["status"], operation["error"]["code"]) == ("failed", "instance_crashed")
    assert len(engine.runs) == ATTEMPT_LIMIT
    assert api.ok("GET", "/apps/myapp/releases/1")["reason"] == operation["error"]


def test_a_run_cut_off_while_it_takes_back_can_be_cancelled_before_it_begins_again(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    engine.fail_playbook["deploy"], engine.cut_off = [CRASH], [CUT_OFF]
    performer = Performer(settings, engine, settings.home, lambda: None, patience=0)
    number = deploy(api)["operation"]
    performer.perform(number)
    api.ok("POST", f"/operations/{number}/cancel")
    performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "cancelled"
    assert [run.playbook for run in engine.runs] == ["deploy", "discard"]


def test_operations_of_an_app_run_in_turn_and_without_waiting_for_the_sweep(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    numbers = [deploy(api, f"nginx:{tag}")["operation"] for tag in range(5)]
    for number in numbers:
        assert api.wait(number)["status"] == "succeeded"
    assert [run.document["apps"]["myapp"]["release"] for run in engine.runs] == [1, 2, 3, 4, 5]


def test_apps_run_side_by_side(api: Api, worker: RunningWorker, engine: FakeEngine) -> None:
    engine.gate = threading.Event()
    for name in ("one", "two", "three"):
        api.ok("POST", "/apps", {"name": name})
        deploy(api, app=name)
    eventually(lambda: len(engine.runs) == 3)
    assert api.ok("GET", "/apps/one")["status"] == "deploying"


def test_a_committed_operation_that_was_never_announced_is_found(
    api: Api, app: Any, services: Any, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JobQueue, "enqueue", _once_lost(JobQueue.enqueue))
    assert api.wait(deploy(api)["operation"])["status"] == "succeeded"


def _once_lost(enqueue: Any) -> Any:
    lost: list[int] = []

    def sometimes(self: JobQueue, number: int) -> None:
        if not lost:
            lost.append(number)
        else:
            enqueue(self, number)

    return sometimes


def test_what_a_worker_left_running_is_run_again(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    number = deploy(api)["operation"]
    assert claim(number) is not None
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(settings, engine, stop))
    began = time.monotonic()
    thread.start()
    assert api.wait(number)["status"] == "succeeded"
    assert time.monotonic() - began < 1, "it does not wait for a sweep"
    stop.set()
    thread.join(20)
    assert Operation.get_by_id(number).attempt == 2
    assert "begins again" in " ".join(event.message for event in Event.select())
    assert Release.get().status == "active"


def test_a_tag_is_resolved_once_for_a_release(
    api: Api, app: Any, settings: Settings, engine: FakeEngine
) -> None:
    number = deploy(api)["operation"]
    performer = Performer(settings, engine, settings.home, lambda: None)
    engine.dies_after = "stage"
    with pytest.raises(SystemExit):
        performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "running"
    recover()
    engine.dies_after = None
    performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "succeeded"
    assert [run.document["apps"]["myapp"]["digest"] for run in engine.runs] == [None, DIGEST]


def test_an_operation_that_kills_its_worker_each_time_is_given_up(api: Api, app: Any) -> None:
    number = deploy(api)["operation"]
    for _ in range(ATTEMPT_LIMIT - 1):
        assert claim(number) is not None
        recover()
    assert claim(number) is not None
    recover()
    operation = api.ok("GET", f"/operations/{number}")
    assert (operation["status"], operation["error"]["code"]) == ("failed", "worker_died")
    assert api.ok("GET", "/apps/myapp/releases/1")["status"] == "failed"


def test_a_stopping_worker_finishes_what_runs_and_takes_nothing_more(
    api: Api, app: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    first, second = deploy(api)["operation"], deploy(api)["operation"]
    eventually(lambda: engine.runs)
    worker.stop.set()
    eventually(lambda: worker.thread and worker.thread.is_alive())
    engine.gate.set()
    assert api.wait(first)["status"] == "succeeded"
    assert worker.thread is not None
    worker.thread.join(20)
    assert api.ok("GET", f"/operations/{second}")["status"] == "queued"


def test_there_is_one_worker_for_a_home(
    settings: Settings, worker: RunningWorker, engine: FakeEngine
) -> None:
    with pytest.raises(ConflictError, match="already"):
        work(settings, engine, threading.Event())

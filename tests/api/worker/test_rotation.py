"""A rotation as the worker runs it: a barrier in the queue, run again when it is cut off, and told of."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pvdifyd.errors import ConflictError
from pvdifyd.models import Event, Host, Operation, Secret
from pvdifyd.models.event import NOTE, PHASE
from pvdifyd.operations.hosts import remove_host
from pvdifyd.settings import Settings
from pvdifyd.worker.perform import Performer
from pvdifyd.worker.recovery import ATTEMPT_LIMIT, recover
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.fake_engine import Failure, FakeEngine
from tests.api.fake_key import FIRST, document


@pytest.fixture
def secret(api: Api) -> Secret:
    """A secret of an app on the one host."""
    Host.update(recipient=FIRST).execute()
    api.ok("POST", "/apps", {"name": "myapp"})
    text = document(FIRST, app="myapp", key="A", version=1, value="x")
    return Secret.create(app=1, key="A", version=1, document=text, recipient=FIRST)


def rotate(api: Api) -> int:
    return int(api.ok("POST", "/hosts/demo/secrets/rotate")["id"])


def deploy(api: Api, app: str = "myapp") -> int:
    return int(api.ok("POST", f"/apps/{app}/releases", {"image": "nginx"})["operation"])


def playbooks(engine: FakeEngine) -> list[str]:
    return [run.playbook for run in engine.runs]


def test_a_rotation_succeeds_and_tells_what_it_does(
    api: Api, secret: Secret, worker: RunningWorker, engine: FakeEngine
) -> None:
    number = rotate(api)
    operation = api.wait(number)
    assert (operation["status"], operation["error"]) == ("succeeded", None)
    assert operation["arguments"] == {"host": "demo", "recipient": "age1new1"}
    assert playbooks(engine) == ["rotate", "forget"]
    assert [run.app for run in engine.runs] == [None, None]
    assert api.ok("GET", "/hosts")[0]["recipient"] == "age1new1"
    assert Secret.get().recipient == "age1new1"
    phases = Event.select().where((Event.operation == number) & (Event.type == PHASE))
    assert [(one.phase, one.status) for one in phases] == [
        ("reencrypt", "started"),
        ("reencrypt", "ok"),
        ("forget", "started"),
        ("forget", "ok"),
    ]


def test_documents_do_not_become_events(
    api: Api, secret: Secret, worker: RunningWorker, engine: FakeEngine
) -> None:
    number = rotate(api)
    api.wait(number)
    told = api.ok("GET", f"/operations/{number}/events", headers={"Accept": "application/json"})
    data = next(one["data"] for one in told if (one["phase"], one["status"]) == ("reencrypt", "ok"))
    assert data == {"recipient": "age1new1", "unreadable": []}


def test_a_rotation_waits_for_what_was_asked_before_and_holds_what_comes_after(
    api: Api, secret: Secret, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "other"})
    engine.gate = threading.Event()
    numbers = [deploy(api), rotate(api), deploy(api, "other")]
    eventually(lambda: engine.runs)
    statuses = [api.ok("GET", f"/operations/{number}")["status"] for number in numbers]
    assert statuses == ["running", "queued", "queued"]
    engine.gate.set()
    assert [api.wait(number)["status"] for number in numbers] == ["succeeded"] * 3
    assert playbooks(engine) == ["deploy", "rotate", "forget", "deploy"]


def test_a_failure_says_why_and_the_next_rotation_ends_it(
    api: Api, secret: Secret, worker: RunningWorker, engine: FakeEngine
) -> None:
    missing = Failure("identity_missing", "The host has no key.", "reencrypt", {"next_step": "Prepare it."})
    engine.fail_playbook["rotate"] = [missing]
    operation = api.wait(rotate(api))
    assert operation["status"] == "failed"
    assert operation["error"] == {
        "code": "identity_missing",
        "message": "The host has no key.",
        "phase": "reencrypt",
        "next_step": "Prepare it.",
    }
    assert Secret.get().recipient == FIRST
    assert api.wait(rotate(api))["status"] == "succeeded"
    assert api.wait(deploy(api))["status"] == "succeeded"


def test_a_host_that_is_lost_before_it_forgot_its_key_is_waited_for(
    api: Api, secret: Secret, settings: Settings, engine: FakeEngine
) -> None:
    engine.fail_playbook["forget"] = [Failure("host_unreachable", "refused", "forget", {})] * 2
    performer = Performer(settings, engine, settings.home, lambda: None, patience=0)
    number = rotate(api)
    for _ in range(3):
        performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "succeeded"
    assert playbooks(engine) == ["rotate", "forget", "forget", "forget"], "nothing is encrypted twice"
    assert engine.key.recipients == ["age1new1"]


def test_a_host_that_does_not_answer_at_all_has_nothing_to_mend(
    api: Api, secret: Secret, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.fail_playbook["rotate"] = [Failure("host_unreachable", "refused", "reencrypt", {})]
    assert api.wait(rotate(api))["error"]["code"] == "host_unreachable"
    assert playbooks(engine) == ["rotate"]


@pytest.mark.parametrize("phase", ["reencrypt", "forget"])
def test_what_a_killed_worker_left_is_run_again(
    api: Api, secret: Secret, settings: Settings, engine: FakeEngine, phase: str
) -> None:
    number = rotate(api)
    performer = Performer(settings, engine, settings.home, lambda: None)
    engine.dies_after = phase
    with pytest.raises(SystemExit):
        performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "running"
    recover()
    engine.dies_after = None
    performer.perform(number)
    assert api.ok("GET", f"/operations/{number}")["status"] == "succeeded"
    assert [Host.get().recipient, Secret.get().recipient] == engine.key.recipients * 2
    assert "begins again" in " ".join(one.message for one in Event.select().where(Event.type == NOTE))


def test_one_that_ends_its_worker_each_time_is_given_up_and_lets_the_others_run(
    api: Api, secret: Secret, settings: Settings, engine: FakeEngine
) -> None:
    number, later = rotate(api), deploy(api)
    performer = Performer(settings, engine, settings.home, lambda: None)
    engine.dies_after = "reencrypt"
    for _ in range(ATTEMPT_LIMIT):
        with pytest.raises(SystemExit):
            performer.perform(number)
        recover()
    engine.dies_after = None
    assert api.ok("GET", f"/operations/{number}")["error"]["code"] == "worker_died"
    performer.perform(later)
    assert api.ok("GET", f"/operations/{later}")["status"] == "succeeded"


def test_a_rotation_that_has_begun_can_not_be_cancelled(
    api: Api, secret: Secret, worker: RunningWorker, engine: FakeEngine
) -> None:
    engine.gate = threading.Event()
    number = rotate(api)
    eventually(lambda: engine.runs)
    refused = api("POST", f"/operations/{number}/cancel")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_cancellable")
    engine.gate.set()
    assert api.wait(number)["status"] == "succeeded"


def test_one_that_a_worker_left_can_not_be_cancelled_either(
    api: Api, secret: Secret, settings: Settings, engine: FakeEngine
) -> None:
    number = rotate(api)
    engine.dies_after = "reencrypt"
    with pytest.raises(SystemExit):
        Performer(settings, engine, settings.home, lambda: None).perform(number)
    recover()
    refused = api("POST", f"/operations/{number}/cancel")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_cancellable")


def test_a_host_whose_key_is_being_rotated_is_not_forgotten(api: Api, host: Host) -> None:
    Host.update(recipient=FIRST).execute()
    number = rotate(api)
    with pytest.raises(ConflictError, match=f"operation {number}") as refused:
        remove_host("demo")
    assert refused.value.code == "host_in_use"
    api.ok("POST", f"/operations/{number}/cancel")
    remove_host("demo")


def test_the_row_of_an_operation_says_nothing_of_secrets(
    api: Api, secret: Secret, worker: RunningWorker
) -> None:
    number = rotate(api)
    api.wait(number)
    row: Any = Operation.get_by_id(number).__data__
    assert "nonce" not in str(row)

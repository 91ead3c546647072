"""The events of an operation: listed, streamed, taken up again."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from pvdifyd.http.events import stream as streaming
from pvdifyd.http.services import Services
from pvdifyd.models import Operation
from pvdifyd.operations import events as recorded
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import FakeEngine

SSE = {"Accept": "text/event-stream"}


def parsed(text: str) -> list[dict[str, Any]]:
    """The events of a stream, by the HTML standard's rules as far as we use them."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append({"id": int(lines["id"]), "event": lines["event"], **json.loads(lines["data"])})
    return found


def told(api: Api, operation: int, after: int = 0) -> list[dict[str, Any]]:
    """All that a stream tells, to its end."""
    with api(
        "GET", f"/operations/{operation}/events", headers={**SSE, "Last-Event-ID": str(after)}
    ) as answer:
        assert answer.mimetype == "text/event-stream"
        return parsed(answer.text)


def deployed(api: Api) -> int:
    api.ok("POST", "/apps", {"name": "myapp"})
    operation: int = api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"]
    return operation


def test_a_stream_tells_the_whole_story_and_ends(api: Api, worker: RunningWorker) -> None:
    operation = deployed(api)
    events = told(api, operation)
    assert [(one["event"], one["phase"], one["status"]) for one in events] == [
        ("status", None, "queued"),
        ("status", None, "running"),
        *[
            ("phase", phase, status)
            for phase in ("pull", "stage", "start", "switch", "retire")
            for status in ("started", "ok")
        ],
        ("status", None, "succeeded"),
    ]
    assert events[3]["seconds"] == 0.1
    as_list = api.ok("GET", f"/operations/{operation}/events", headers={"Accept": "application/json"})
    assert events == [{**one, "event": one["type"]} for one in as_list]


def test_a_stream_is_taken_up_after_the_last_event(api: Api, worker: RunningWorker) -> None:
    operation = deployed(api)
    whole = told(api, operation)
    assert told(api, operation, after=whole[4]["id"]) == whole[5:]
    assert told(api, operation, after=whole[-1]["id"]) == []


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "1.5"])
def test_an_odd_last_event_is_refused(api: Api, value: str) -> None:
    operation = deployed(api)
    answer = api("GET", f"/operations/{operation}/events", headers={"Last-Event-ID": value})
    assert answer.status_code == 422


def test_a_stream_past_the_limit_is_refused_and_a_closed_one_makes_room(api: Api) -> None:
    operation = deployed(api)
    first, second = (api("GET", f"/operations/{operation}/events", headers=SSE) for _ in range(2))
    third = api("GET", f"/operations/{operation}/events", headers=SSE)
    assert (third.status_code, third.get_json()["code"]) == (503, "too_many_streams")
    assert int(third.headers["Retry-After"]) > 0
    as_list = api("GET", f"/operations/{operation}/events", headers={"Accept": "application/json"})
    assert as_list.status_code == 200
    first.close()
    fourth = api("GET", f"/operations/{operation}/events", headers=SSE)
    assert fourth.status_code == 200
    second.close()
    fourth.close()


def test_a_silent_stream_says_that_it_lives(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_INTERVAL", 0.05)
    operation = deployed(api)
    said = streaming.stream(operation, 0, threading.Event())
    assert [next(said)[:2] for _ in range(3)] == [": ", "id", ": "]


def test_a_stream_ends_when_the_server_stops(api: Api, services: Services) -> None:
    operation = deployed(api)
    services.stopping.set()
    assert len(told(api, operation)) == 1


def test_events_come_as_they_happen(api: Api, worker: RunningWorker, engine: FakeEngine) -> None:
    engine.gate = threading.Event()
    operation = deployed(api)
    said = streaming.stream(operation, 0, threading.Event())
    assert next(said).startswith(":")
    assert parsed(next(said))[0]["status"] == "queued"
    assert parsed(next(said))[0]["status"] == "running"
    engine.gate.set()
    assert parsed(next(said))[0]["phase"] == "pull"


def test_no_text_can_break_out_of_its_event(api: Api) -> None:
    operation = Operation.get_by_id(deployed(api))
    nasty = "a\n\nid: 99\nevent: status\r\ndata: {}\u2028\x85"
    recorded.note(operation, nasty)
    rows = recorded.after(operation.id, 0)
    assert parsed("".join(streaming.server_sent(row) for row in rows))[-1]["message"] == nasty

"""An app's logs: listed, followed as events or as lines of JSON, taken up again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pvdifyd.errors import UnavailableError
from pvdifyd.http.logs import stream as streaming
from pvdifyd.http.services import Services
from pvdifyd.models import App, Release
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.fake_engine import FakeEngine
from tests.api.fake_journal import FakeJournal, cursor, entry, eventually_open

SSE = {"Accept": "text/event-stream"}
NDJSON = {"Accept": "application/x-ndjson"}


@pytest.fixture
def app(api: Api) -> App:
    api.ok("POST", "/apps", {"name": "myapp"})
    app: App = App.get(App.name == "myapp")
    for version, units, status in ((1, 1, "superseded"), (2, 2, "superseded"), (3, 1, "active")):
        Release.create(
            app=app, version=version, units=units, image="a", processes={}, status=status, created_by="me"
        )
    return app


@pytest.fixture
def journal(engine: FakeEngine) -> FakeJournal:
    return engine.logs


def messages(lines: list[dict[str, Any]]) -> list[str]:
    return [line["message"] for line in lines]


class Followed:
    """An open stream, of which a test takes what it needs."""

    def __init__(self, api: Api, query: str = "", **headers: str) -> None:
        self.answer = api("GET", f"/apps/myapp/logs?follow=true{query}", headers=headers)
        assert self.answer.status_code == 200, self.answer.text
        self._lines = lines_of(self.answer.iter_encoded())

    def events(self, count: int) -> list[dict[str, Any]]:
        """So many events, each with its id, by the HTML standard's rules as far as we use them."""
        found: list[dict[str, Any]] = []
        fields: dict[str, str] = {}
        while len(found) < count:
            line = next(self._lines)
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
            elif not line and fields:
                assert fields["event"] == "log"
                found.append({"id": fields["id"], **json.loads(fields["data"])})
                fields = {}
        return found

    def json_lines(self, count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < count:
            line = next(self._lines)
            if line:
                found.append(json.loads(line))
        return found

    def rest(self) -> list[str]:
        return list(self._lines)


def lines_of(chunks: Iterator[bytes]) -> Iterator[str]:
    begun = b""
    for chunk in chunks:
        *whole, begun = (begun + chunk).split(b"\n")
        yield from (line.decode() for line in whole)


def test_the_last_lines_as_a_list_oldest_first(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    assert api.ok("GET", "/apps/myapp/logs") == []
    journal.write(*(f"line {number}" for number in range(1, 151)))
    lines = api.ok("GET", "/apps/myapp/logs")
    assert messages(lines) == [f"line {number}" for number in range(51, 151)]
    assert lines[-1] == {
        "cursor": cursor(150),
        "at": "2026-01-05T10:30:00.000150Z",
        "process": "web",
        "instance": 1,
        "release": 3,
        "message": "line 150",
    }
    assert messages(api.ok("GET", "/apps/myapp/logs?lines=2")) == ["line 149", "line 150"]
    assert api.ok("GET", "/apps/myapp/logs?lines=0") == []


def test_lines_are_chosen_by_process_instance_release_and_time(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    journal.write("a")
    journal.write("b", process="worker", units=2)
    journal.write("c", instance=2)
    for query, expected in {
        "process=worker": ["b"],
        "instance=2": ["c"],
        "process=worker&instance=2": [],
        "process=nothere": [],
        "release=2": ["b"],
        "release=1": ["a", "c"],
        "release=3": ["a", "c"],
        "since=2026-01-05T10:30:00.000002Z": ["b", "c"],
        "until=2026-01-05T11:30:00.000002%2B01:00": ["a", "b"],
        "since=1h": [],
        "until=1h": ["a", "b", "c"],
    }.items():
        now = "&until=30s" if query == "since=1h" else ""
        assert messages(api.ok("GET", f"/apps/myapp/logs?{query}{now}")) == expected, query


def test_following_begins_with_the_last_lines_and_goes_on(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    journal.write("one", "two", "three")
    events = Followed(api, "&lines=2", **SSE)
    assert events.answer.mimetype == "text/event-stream"
    assert messages(events.events(2)) == ["two", "three"]
    journal.write("four")
    (four,) = events.events(1)
    assert (four["message"], four["id"], four["cursor"]) == ("four", cursor(4), cursor(4))
    events.answer.close()


def test_a_stream_is_taken_up_after_its_last_line(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    journal.write(*(f"line {number}" for number in range(1, 501)))
    again = Followed(api, "&lines=1", **SSE, **{"Last-Event-ID": cursor(300)})
    assert messages(again.events(200)) == [f"line {number}" for number in range(301, 501)]
    again.answer.close()


def test_lines_of_json_for_who_asks_for_them(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    journal.write("one")
    lines = Followed(api, "&process=web", **NDJSON)
    assert lines.answer.mimetype == "application/x-ndjson"
    assert messages(lines.json_lines(1)) == ["one"]
    journal.write("not this", process="worker")
    journal.write("two")
    assert messages(lines.json_lines(1)) == ["two"]
    lines.answer.close()


def test_no_line_can_break_out_of_its_event(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    nasty = 'a\n\nid: 99\nevent: log\r\ndata: {}\u2028\x85"}\x1b]0;x\x07'
    journal.write(nasty)
    for headers, read in ((SSE, Followed.events), (NDJSON, Followed.json_lines)):
        followed = Followed(api, **headers)
        assert read(followed, 1)[0]["message"] == nasty
        followed.answer.close()


@pytest.mark.parametrize(
    ("query", "field", "rule"),
    [
        ("lines=-1", "lines", "whole_number"),
        ("lines=10001", "lines", "whole_number"),
        ("lines=two", "lines", "whole_number"),
        ("lines=1.5", "lines", "whole_number"),
        ("follow=perhaps", "follow", "true_or_false"),
        ("process=my-web", "process", "process_type"),
        ("process=../x", "process", "process_type"),
        ("process=", "process", "process_type"),
        ("instance=0", "instance", "whole_number"),
        ("instance=x", "instance", "whole_number"),
        ("release=0", "release", "whole_number"),
        ("since=yesterday", "since", "time"),
        ("since=0s", "since", "time"),
        ("since=2026-01-05", "since", "time"),
        ("since=2026-13-05T10:30:00Z", "since", "time"),
        ("since=2026-01-05T10:30:00", "since", "time"),
        ("until=2026-01-05T10:30:00+01:00", "until", "time"),
        ("since=1h&until=2h", "until", "after_since"),
        ("follow=true&until=1h", "until", "no_end_when_following"),
        ("surprise=1", "surprise", "unknown_field"),
    ],
)
def test_an_odd_question_is_refused_with_the_rule_it_breaks(
    api: Api, app: App, query: str, field: str, rule: str
) -> None:
    answer = api("GET", f"/apps/myapp/logs?{query}")
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "validation_failed"), answer.text
    assert [(error["field"], error["rule"]) for error in body["errors"]] == [(field, rule)]


@pytest.mark.parametrize("value", ["1", "s=1;i=1", cursor(1) + "; id", cursor(1).upper()])
def test_an_odd_last_event_is_refused(api: Api, app: App, value: str) -> None:
    answer = api("GET", "/apps/myapp/logs?follow=true", headers={**SSE, "Last-Event-ID": value})
    assert (answer.status_code, answer.get_json()["errors"][0]["rule"]) == (422, "cursor")


def test_what_is_not_there_is_said(api: Api, app: App) -> None:
    for path, code in (
        ("/apps/nothere/logs", "app_not_found"),
        ("/apps/myapp/logs?release=9", "release_not_found"),
    ):
        answer = api("GET", path)
        assert (answer.status_code, answer.get_json()["code"]) == (404, code)


@pytest.mark.parametrize("query", ["", "?follow=true"])
def test_a_host_or_a_worker_that_is_down_is_said_to_be(
    api: Api, app: App, engine: FakeEngine, query: str, request: pytest.FixtureRequest
) -> None:
    answer = api("GET", f"/apps/myapp/logs{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "reader_unavailable")
    request.getfixturevalue("worker")
    engine.logs.away = True
    answer = api("GET", f"/apps/myapp/logs{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "host_unreachable")
    engine.logs.away = False
    with api("GET", f"/apps/myapp/logs{query}") as answer:
        assert answer.status_code == 200


def test_streams_of_logs_and_of_events_share_one_limit(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal, services: Services
) -> None:
    first, second = Followed(api), Followed(api)
    third = api("GET", "/apps/myapp/logs?follow=true")
    assert (third.status_code, third.get_json()["code"]) == (503, "too_many_streams")
    assert int(third.headers["Retry-After"]) > 0
    assert api("GET", "/apps/myapp/logs").status_code == 200
    first.answer.close()
    Followed(api).answer.close()
    second.answer.close()
    assert services.streams.take()
    assert services.streams.take()


def test_a_closed_stream_ends_its_reading(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pvdifyd.worker.logs.service.LINGER", 0.1)
    followed = Followed(api)
    followed.events(0)
    eventually_open(journal, 1)
    followed.answer.close()
    eventually_open(journal, 0, seconds=15)


def test_streams_end_when_the_server_stops(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal, services: Services
) -> None:
    journal.write("one")
    followed = Followed(api)
    followed.events(1)
    services.stopping.set()
    assert not [line for line in followed.rest() if line.startswith("data:")]


def test_streams_end_when_the_worker_stops_or_the_app_is_gone(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    journal.write("one")
    followed = Followed(api)
    followed.events(1)
    worker.stop.set()
    followed.rest()
    assert api("GET", "/apps/myapp/logs").status_code == 503


def test_all_three_forms_are_documented(api: Api) -> None:
    description = api.client.get("/api/v1/openapi.json").get_json()
    documented = description["paths"]["/api/v1/apps/{name}/logs"]["get"]
    assert set(documented["responses"]["200"]["content"]) == {
        "application/json",
        *SSE.values(),
        *NDJSON.values(),
    }
    asked = {parameter["name"]: parameter for parameter in documented["parameters"] if "name" in parameter}
    assert asked["lines"]["schema"] == {"type": "integer", "default": 100, "minimum": 0, "maximum": 10_000}
    assert {"follow", "process", "instance", "release", "since", "until", "Last-Event-ID"} <= set(asked)


def test_a_silent_stream_says_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_INTERVAL", 0.0)
    never = threading.Event()
    assert list(streaming.server_sent([b"", b""], never))[1:] == [b": heartbeat\n\n"] * 2
    assert list(streaming.json_lines([b""], never)) == [b"\n"] * 2
    monkeypatch.undo()
    assert streaming.HEARTBEAT_INTERVAL <= 15
    assert list(streaming.json_lines([b""], never)) == [b"\n"]


def test_a_list_that_is_cut_off_is_never_whole(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.entries += [entry(number) for number in range(1, 301)]
    read = journal.read

    def breaks(question: dict[str, Any], tick: float) -> Iterator[Any]:
        yield next(iter(read(question, tick)))
        raise RuntimeError("a bug")

    monkeypatch.setattr(journal, "read", breaks)
    parts = api("GET", "/apps/myapp/logs?lines=300").iter_encoded()
    begun = next(parts)
    with pytest.raises(UnavailableError, match="log"):
        next(parts)
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(begun)


def test_the_worker_s_lines_are_taken_as_they_come(
    api: Api, app: App, worker: RunningWorker, journal: FakeJournal
) -> None:
    followed = Followed(api, "&lines=0", **NDJSON)
    eventually(lambda: journal.open)
    journal.write(*(f"line {number}" for number in range(20_000)))
    assert messages(followed.json_lines(20_000)) == [f"line {number}" for number in range(20_000)]
    followed.answer.close()

"""The worker's logs: one reader for many, a host that goes away, and an orderly end."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.models import App, Host, Release
from pvdifyd.reading.log_request import log_request
from pvdifyd.reading.server import ReadError
from pvdifyd.worker.logs import Logs, service
from pvdifyd.worker.logs import tail as tails
from tests.api.conftest import eventually
from tests.api.fake_engine import FakeEngine
from tests.api.fake_journal import FakeJournal, eventually_open


@pytest.fixture
def app(host: Host) -> App:
    row = App.create(name="myapp", environment="production", host=host, processes={}, bind_port=3000)
    Release.create(app=row, version=1, units=1, image="a", processes={}, status="active", created_by="me")
    return row


@pytest.fixture
def journal(engine: FakeEngine) -> FakeJournal:
    return engine.logs


@pytest.fixture
def logs(engine: FakeEngine, tmp_path: Path, app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logs]:
    monkeypatch.setattr(tails, "TICK", 0.05)
    monkeypatch.setattr(tails, "FIRST_DELAY", 0.05)
    monkeypatch.setattr(service, "LINGER", 0.3)
    logs = Logs(engine, tmp_path, limit=30)
    yield logs
    logs.stop()
    assert engine.logs.open == 0, "a reader was left behind"


class Looker:
    """Follows myapp in a thread."""

    def __init__(self, logs: Logs, **asked: Any) -> None:
        self.lines: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self.refused: ReadError | None = None
        self.gate = threading.Event()
        self.gate.set()
        request = log_request("myapp", **{"lines": 10, "follow": True, **asked})
        self._texts = logs.read("demo", request)
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        try:
            for text in self._texts:
                self.gate.wait(20)
                self.lines += [json.loads(line) for line in text.splitlines()]
        except ReadError as error:
            self.refused = error
        self.ended.set()

    @property
    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines]


def numbered(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last + 1)]


def test_twenty_followers_share_one_reader(logs: Logs, journal: FakeJournal) -> None:
    journal.write("old")
    lookers = [Looker(logs) for _ in range(20)]
    eventually(lambda: all(looker.messages == ["old"] for looker in lookers))
    journal.write(*numbered(1, 500))
    eventually(lambda: all(looker.messages == ["old", *numbered(1, 500)] for looker in lookers))
    assert journal.open == 1


def test_a_line_tells_where_it_comes_from(logs: Logs, journal: FakeJournal) -> None:
    journal.write("hello \x1b[31m\n\u2028\u00fc", process="worker", instance=2)
    (text,) = logs.read("demo", log_request("myapp", lines=10, follow=False))
    assert text.isascii()
    assert text.count(b"\n") == 1
    assert json.loads(text) == {
        "cursor": journal.entries[0].position.cursor,
        "at": "2026-01-05T10:30:00.000001Z",
        "process": "worker",
        "instance": 2,
        "release": 1,
        "message": "hello \x1b[31m\n\u2028\u00fc",
    }


def test_after_a_rollback_the_old_units_lines_are_those_of_the_new_release(
    logs: Logs, journal: FakeJournal, app: App
) -> None:
    looker = Looker(logs)
    journal.write("before")
    eventually(lambda: looker.lines)
    Release.create(app=app, version=3, units=1, image="a", processes={}, status="deploying", created_by="me")
    eventually(lambda: journal.write("after") or looker.lines[-1]["release"] == 3)
    assert looker.lines[0]["release"] == 1


def test_units_that_no_release_has_are_shown_as_they_are(logs: Logs, journal: FakeJournal) -> None:
    journal.write("hello", units=77)
    (text,) = logs.read("demo", log_request("myapp", lines=10, follow=False))
    assert json.loads(text)["release"] == 77


def test_followers_choose_whose_lines_they_get(logs: Logs, journal: FakeJournal) -> None:
    everything, worker, second = Looker(logs), Looker(logs, process="worker"), Looker(logs, instance=2)
    fourth = Looker(logs, units=4)
    eventually_open(journal, 1)
    journal.write("a")
    journal.write("b", process="worker")
    journal.write("c", instance=2)
    journal.write("d", units=4)
    eventually(lambda: everything.messages == ["a", "b", "c", "d"])
    eventually(lambda: (worker.messages, second.messages, fourth.messages) == (["b"], ["c"], ["d"]))


def test_a_host_that_goes_away_is_tried_again_and_no_line_is_lost(logs: Logs, journal: FakeJournal) -> None:
    looker = Looker(logs)
    eventually_open(journal, 1)
    journal.write(*numbered(1, 10))
    eventually(lambda: len(looker.lines) == 10)
    journal.away = True
    journal.cut()
    eventually_open(journal, 0)
    journal.write(*numbered(11, 20))
    time.sleep(0.2)
    assert not looker.ended.is_set()
    journal.away = False
    eventually(lambda: looker.messages == numbered(1, 20))
    journal.cut()
    journal.write(*numbered(21, 30))
    eventually(lambda: looker.messages == numbered(1, 30))


def test_a_host_that_is_away_at_first_is_said_to_be(logs: Logs, journal: FakeJournal) -> None:
    journal.away = True
    for follow in (True, False):
        looker = Looker(logs, follow=follow)
        assert looker.ended.wait(5)
        assert looker.refused is not None
        assert looker.refused.code == "host_unreachable"
        assert "connection refused" in looker.refused.message


def test_a_slow_follower_holds_nobody_up(
    logs: Logs, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pvdifyd.worker.logs.tail.Ring", small_ring)
    quick, slow = Looker(logs), Looker(logs)
    eventually_open(journal, 1)
    journal.write("line 0")
    eventually(lambda: quick.lines and slow.lines)
    slow.gate.clear()
    for first in range(1, 1000, 100):
        journal.write(*numbered(first, first + 99))
        eventually(lambda last=first + 99: quick.messages[-1] == f"line {last}")
    slow.gate.set()
    eventually(lambda: slow.messages == numbered(0, 1000))
    assert quick.messages == numbered(0, 1000)


def small_ring(floor: Any) -> Any:
    return service_ring(floor, most_lines=150)


service_ring = tails.Ring


def test_the_reader_stays_a_moment_after_its_last_follower(logs: Logs, journal: FakeJournal) -> None:
    first = logs.read("demo", log_request("myapp", lines=0, follow=True))
    next(first)
    first.close()  # type: ignore[attr-defined]
    second = logs.read("demo", log_request("myapp", lines=0, follow=True))
    next(second)
    eventually_open(journal, 1)
    assert [question for question in journal.readers if question.get("follow")] == journal.readers[:1]
    second.close()  # type: ignore[attr-defined]
    eventually_open(journal, 0)


def test_following_ends_when_the_app_is_gone(logs: Logs, journal: FakeJournal, app: App) -> None:
    looker = Looker(logs)
    journal.write("last words")
    eventually(lambda: looker.lines)
    app.delete_instance(recursive=True)
    assert looker.ended.wait(5)
    assert looker.refused is None


def test_following_ends_when_the_worker_stops(logs: Logs, journal: FakeJournal) -> None:
    lookers = [Looker(logs) for _ in range(3)]
    eventually_open(journal, 1)
    began = time.monotonic()
    logs.stop()
    assert all(looker.ended.wait(2) for looker in lookers)
    assert time.monotonic() - began < 2
    with pytest.raises(ReadError):
        next(logs.read("demo", log_request("myapp", lines=1, follow=False)))


def test_no_more_readers_than_the_limit(engine: FakeEngine, tmp_path: Path, app: App) -> None:
    logs = Logs(engine, tmp_path, limit=1)
    engine.logs.write("hello")
    first = logs.read("demo", log_request("myapp", lines=1, follow=False))
    next(first)
    with pytest.raises(ReadError) as refused:
        next(logs.read("demo", log_request("myapp", lines=1, follow=False)))
    assert refused.value.code == "reader_unavailable"
    assert list(first) == []
    assert len(list(logs.read("demo", log_request("myapp", lines=1, follow=False)))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"app": "../../.."},
        {"app": "a b"},
        {"process": "my-web"},
        {"process": "web\n"},
        {"process": 1},
        {"instance": -1},
        {"instance": "1"},
        {"instance": True},
        {"units": 2**40},
        {"lines": 10_001},
        {"lines": None},
        {"since": -1},
        {"since": 1.5},
        {"until": 2**60},
        {"after": "s=1"},
        {"after": "s=" + "a" * 32 + ";i=1;b=" + "b" * 32 + ";m=1;t=1;x=1\n"},
        {"follow": 1},
        {"more": 1},
    ],
)
def test_only_well_formed_questions_reach_a_host(logs: Logs, journal: FakeJournal, changes: Any) -> None:
    request = {**log_request("myapp", lines=1, follow=False), **changes}
    with pytest.raises(ReadError) as refused:
        list(logs.read("demo", request))
    assert refused.value.code == "host_refused"
    assert journal.readers == []

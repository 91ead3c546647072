"""`logs -f`: every line once and in order, over networks that fail and servers that restart."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

Follow = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def follow(server: FakeServer, app: str) -> Iterator[Follow]:
    """Start `pvdify logs -f` as a process; its output is read line by line."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "pvdify", "logs", app, "-f", *arguments],
            env={**os.environ, "PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _gone_with_stream(server: FakeServer, number: int) -> None:
    """Let the app be gone when so many streams were opened: the last one ends, and so does the following."""
    opened: list[int] = []

    def count() -> None:
        opened.append(1)
        if len(opened) == number:
            server.state.apps.clear()

    server.faults.on_stream = count


def _messages(output: str) -> list[str]:
    return [line.split(" ", 2)[2] for line in output.splitlines()]


def _next(process: subprocess.Popen[str], lines: int = 1) -> list[str]:
    assert process.stdout is not None
    return _messages("".join(process.stdout.readline() for _ in range(lines)))


def test_old_lines_come_first_and_then_new_ones_as_they_are_written(
    server: FakeServer, follow: Follow
) -> None:
    for number in range(1, 6):
        server.state.log.write(f"line {number}")
    process = follow("-n", "2")
    assert _next(process, 2) == ["line 4", "line 5"]
    server.state.log.write("line 6")
    assert _next(process) == ["line 6"]


def test_ctrl_c_ends_it_quietly(server: FakeServer, follow: Follow) -> None:
    server.state.log.write("line 1")
    process = follow()
    assert _next(process) == ["line 1"]
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout, stderr) == (130, "", "")


def test_a_restart_of_the_server_is_told_and_no_line_is_lost_or_comes_twice(
    server: FakeServer, follow: Follow
) -> None:
    server.state.log.write("before")
    process = follow()
    assert _next(process) == ["before"]
    server.stop()
    assert process.stderr is not None
    assert process.stderr.readline() == (
        f"The server {server.url} doesn't answer: Connection refused. "
        "Waiting until it is back; Ctrl-C ends it.\n"
    )
    server.state.log.write("while it was away")
    again = FakeServer(before=server)
    try:
        assert process.stderr.readline() == "The server is back; the log goes on where it was.\n"
        server.state.log.write("after")
        assert _next(process, 2) == ["while it was away", "after"]
        assert again.asked("GET")[0].headers["Last-Event-ID"] == "s=1;i=1"
    finally:
        again.stop()


def test_zero_lines_are_only_new_ones(server: FakeServer, follow: Follow) -> None:
    server.state.log.write("old")
    opened = threading.Event()
    server.faults.on_stream = opened.set
    process = follow("-n", "0")
    assert opened.wait(20)
    server.state.log.write("new")
    assert _next(process) == ["new"]


def test_a_reader_that_has_what_it_wants_is_no_error(server: FakeServer, follow: Follow) -> None:
    server.state.log.write("line 1")
    process = follow()
    assert _next(process) == ["line 1"]
    assert process.stdout is not None
    process.stdout.close()
    server.state.log.write("line 2")
    assert process.wait(timeout=20) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


@pytest.mark.parametrize("pieces", [1, 2, 3])
@pytest.mark.parametrize("no_chunks", [False, True])
def test_a_stream_that_breaks_in_the_middle_of_a_line_is_resumed(
    pvdify: Run, server: FakeServer, app: str, pieces: int, no_chunks: bool
) -> None:
    written = [f"line {number} \x1b[31m" for number in range(1, 11)]
    for message in written:
        server.state.log.write(message)
    server.faults.pieces_per_stream, server.faults.no_chunks = pieces, no_chunks
    _gone_with_stream(server, -(-10 // pieces))
    answer = pvdify("logs", app, "-f")
    assert answer.exit_code == 4  # the app is gone at last
    assert _messages(answer.stdout) == [message.replace("\x1b", "\\x1b") for message in written]
    cursors = [request.headers.get("Last-Event-ID") for request in server.asked("GET")]
    assert cursors[:2] == [None, f"s=1;i={pieces}"]


def test_lines_that_come_many_at_a_time_are_all_there(pvdify: Run, server: FakeServer, app: str) -> None:
    for number in range(20_000):
        server.state.log.write(f"line {number}")
    server.faults.lines_per_piece, server.faults.pieces_per_stream = 333, 20
    _gone_with_stream(server, 2)
    answer = pvdify("logs", app, "-f", "-n", "10000", "--json")
    assert [json.loads(line) for line in answer.stdout.splitlines()] == server.state.log.entries[10_000:]


def test_a_choice_holds_after_a_break(pvdify: Run, server: FakeServer, app: str) -> None:
    for number in range(1, 7):
        server.state.log.write(f"line {number}", process="worker" if number % 2 else "web")
    server.faults.pieces_per_stream = 1
    _gone_with_stream(server, 3)
    answer = pvdify("logs", app, "-f", "-p", "worker")
    assert _messages(answer.stdout) == ["line 1", "line 3", "line 5"]
    assert {request.query["process"] for request in server.asked("GET")} == {"worker"}


def test_a_break_before_the_first_line_loses_none_of_those_that_follow(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    server.faults.on_stream = lambda: setattr(server.faults, "on_stream", server.state.apps.clear)
    server.faults.pieces_per_stream = 0
    server.state.log.write("cut in the middle")
    server.faults.lines_per_piece = 1
    pvdify("logs", app, "-f", "-n", "1")
    first, second = server.asked("GET")[:2]
    assert (first.query["lines"], second.query["lines"]) == ("1", "10000")
    assert "since" not in second.query


def test_new_lines_alone_are_asked_for_since_the_first_stream_when_none_has_come(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    opened: list[int] = []

    def cut_then_end() -> None:
        opened.append(1)
        if len(opened) == 2:
            server.state.apps.clear()
        else:
            server.state.log.write("cut in the middle")

    server.faults.on_stream, server.faults.pieces_per_stream = cut_then_end, 0
    pvdify("logs", app, "-f", "-n", "0")
    queries = [request.query for request in server.asked("GET")]
    assert "since" not in queries[0]
    assert [query["lines"] for query in queries] == ["0", "10000", "10000"]
    assert queries[1]["since"] == queries[2]["since"]
    assert queries[1]["since"].endswith("Z")


def test_the_line_of_the_cursor_sent_again_is_not_shown_again(
    pvdify: Run, server: FakeServer, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 5):
        server.state.log.write(f"line {number}")
    exact = server.state.log.next_after
    monkeypatch.setattr(
        server.state.log, "next_after", lambda cursor, query: exact(cursor, query) - bool(cursor)
    )
    server.faults.pieces_per_stream = 2
    _gone_with_stream(server, 3)
    assert _messages(pvdify("logs", app, "-f").stdout) == ["line 1", "line 2", "line 3", "line 4"]


def test_too_many_streams_at_first_are_told_and_later_waited_out(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    server.faults.no_streams = True
    answer = pvdify("logs", app, "-f")
    assert answer.exit_code == 8
    assert "[too_many_streams]" in answer.stderr
    server.faults.no_streams = False
    server.faults.pieces_per_stream = 1
    server.state.log.write("line 1")
    server.state.log.write("line 2")

    def refuse() -> None:
        server.faults.no_streams, server.faults.on_stream = True, server.state.apps.clear
        threading.Timer(0.3, lambda: setattr(server.faults, "no_streams", False)).start()

    server.faults.on_stream = refuse
    answer = pvdify("logs", app, "-f")
    assert "Too many streams are open. (request req-1) Waiting until it is back" in answer.stderr
    assert answer.stderr.count("The server is back") == 1


def test_too_many_requests_meanwhile_are_waited_out(pvdify: Run, server: FakeServer, app: str) -> None:
    problem = {"code": "too_many_requests", "detail": "Too many requests."}
    place, answers = ("GET", f"/apps/{app}/logs"), server.faults.answers
    server.faults.retry_after = "42"
    server.faults.pieces_per_stream = 1
    server.state.log.write("line 1")
    server.state.log.write("line 2")

    def refuse() -> None:
        answers[place] = (429, "application/problem+json", json.dumps(problem))
        server.faults.on_stream = server.state.apps.clear
        threading.Timer(0.3, lambda: answers.pop(place)).start()

    server.faults.on_stream = refuse
    answer = pvdify("logs", app, "-f")
    assert "Too many requests. It can be tried again in 42 s. Waiting until it is back" in answer.stderr
    assert answer.stderr.count("The server is back") == 1


def test_a_token_revoked_meanwhile_is_told_at_once(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.log.write("line 1")
    server.state.log.write("line 2")
    server.faults.pieces_per_stream = 1
    server.faults.on_stream = lambda: server.state.access.end("tests", "revoked")
    answer = pvdify("logs", app, "-f")
    assert answer.exit_code == 3
    assert _messages(answer.stdout) == ["line 1"]
    assert "[token_revoked]" in answer.stderr


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("text/event-stream", "event: log\ndata: {\n\n", "A line of the log came broken."),
        ("text/event-stream", "event: log\ndata: []\n\n", "A line of the log came broken."),
        ("text/html", "<html>", "didn't answer as pvdifyd does"),
    ],
)
def test_an_answer_that_is_no_log(
    pvdify: Run, server: FakeServer, app: str, kind: str, body: str, told: str
) -> None:
    server.faults.answers["GET", "/apps/myapp/logs"] = (200, kind, body)
    answer = pvdify("logs", app, "-f")
    assert answer.exit_code == 8
    assert told in answer.stderr

"""`logs`: what it asks for and what it prints."""

from __future__ import annotations

import io
import json

import pytest

from pvdify.display.log_lines import LogPrinter
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_line_is_its_time_its_instance_and_its_message(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.log.write("ready")
    server.state.log.write("took job 7", process="worker", instance=3)
    answer = pvdify("logs", app)
    assert answer.exit_code == 0
    assert answer.stdout == (
        "2026-01-05T10:30:00.000001Z web.1 ready\n2026-01-05T10:30:00.000002Z worker.3 took job 7\n"
    )
    assert server.asked("GET")[0].query == {"lines": "100"}


def test_json_is_an_entry_a_line(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.log.write("ready é\x7f\x9b")
    server.state.log.write("listening")
    lines = pvdify("logs", app, "--json").stdout.splitlines()
    assert [json.loads(line) for line in lines] == server.state.log.entries
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_every_choice_is_asked_for(pvdify: Run, server: FakeServer, app: str) -> None:
    pvdify(
        *("logs", app, "-n", "5", "-p", "worker.2", "--release", "v41"),
        *("--since", "1h", "--until", "2026-01-05T10:30:00Z"),
    )
    assert server.asked("GET")[0].query == {
        "lines": "5",
        "process": "worker",
        "instance": "2",
        "release": "41",
        "since": "1h",
        "until": "2026-01-05T10:30:00Z",
    }


def test_no_lines_are_told_apart_from_the_log(pvdify: Run, app: str) -> None:
    answer = pvdify("logs", app)
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "", "No lines of myapp.\n")
    assert pvdify("logs", app, "--json").output == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-n", "-1"], "0<=x<=10000"),
        (["-n", "10001"], "0<=x<=10000"),
        (["-n", "many"], "is not a valid integer"),
        (["-p", "my-web"], "'my-web' is not TYPE or TYPE.N"),
        (["--release", "new"], "'new' is not a release's number"),
        (["-f", "--until", "1h"], "--until ends what --follow goes on with"),
        (["worker"], "Unexpected argument 'worker'"),
    ],
)
def test_a_choice_that_is_none(
    pvdify: Run, server: FakeServer, app: str, arguments: list[str], told: str
) -> None:
    answer = pvdify("logs", app, *arguments)
    assert answer.exit_code == 2
    assert told in answer.stderr
    assert not server.requests


def test_a_time_the_server_can_not_read(pvdify: Run, server: FakeServer, app: str) -> None:
    field = {"field": "since", "value": "soon", "rule": "time", "message": "It must be a time or a duration."}
    problem = {"code": "validation_failed", "detail": field["message"], "errors": [field]}
    server.faults.answers["GET", "/apps/myapp/logs"] = (422, "application/problem+json", json.dumps(problem))
    answer = pvdify("logs", app, "--since", "soon")
    assert answer.exit_code == 6
    assert 'since: "soon": It must be a time or a duration.' in answer.stderr


@pytest.mark.parametrize("arguments", [(), ("-f",)])
def test_the_log_of_an_app_that_is_not_there(pvdify: Run, arguments: tuple[str, ...]) -> None:
    answer = pvdify("logs", "nosuch", *arguments)
    assert answer.exit_code == 4
    assert "[app_not_found]" in answer.stderr


HOSTILE = "\x1b[2J\x1b]0;owned\x07\r\x9b31m\u202egnp.exe\u2028\tend\n\x00"


def test_what_an_app_writes_never_steers_a_terminal(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.log.write(HOSTILE, process="web\x1b[2J")
    answer = pvdify("logs", app)
    assert answer.stdout == (
        "2026-01-05T10:30:00.000001Z web\\x1b[2J.1 "
        "\\x1b[2J\\x1b]0;owned\\x07\\r\\x9b31m\\u202egnp.exe\\u2028    end\\n\\x00\n"
    )


def test_each_process_has_its_colour_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    entries = [
        {"at": "T", "process": process, "instance": instance, "message": HOSTILE}
        for process, instance in (("web", 1), ("worker", 1), ("web", 2))
    ]
    LogPrinter(screen, as_json=False).show(entries)
    starts = [line.partition(" \\x1b[2J")[0] for line in screen.getvalue().splitlines()]
    assert starts == ["T \x1b[36mweb.1\x1b[0m", "T \x1b[32mworker.1\x1b[0m", "T \x1b[36mweb.2\x1b[0m"]
    assert screen.getvalue().count("\x1b") == 6


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    screen = Terminal()
    LogPrinter(screen, as_json=False).show([{"at": "T", "process": "web", "instance": 1, "message": "m"}])
    assert screen.getvalue() == "T web.1 m\n"


def test_what_a_newer_server_leaves_out_or_adds_is_no_fault() -> None:
    screen = io.StringIO()
    LogPrinter(screen, as_json=False).show([{}, {"message": None, "instance": [1], "process": {"a": 1}}])
    assert screen.getvalue() == "- -.- \n- a 1.1 \n"

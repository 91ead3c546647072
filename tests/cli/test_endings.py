"""How the program ends, seen from outside: a process, its signals and its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pvdify.commands.apps import index
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def _environment(server: FakeServer) -> dict[str, str]:
    return {**os.environ, "PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token}


def _start(server: FakeServer, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pvdify", *arguments],
        env=_environment(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c_leaves_the_deploy_running_and_says_how_to_follow_it(server: FakeServer, app: str) -> None:
    streaming = threading.Event()
    server.faults.on_stream = streaming.set
    process = _start(server, "deploy", app, "--image", "docker.io/acme/endless:v1")
    assert streaming.wait(20)
    assert process.stdout is not None
    while "pull     started" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert stderr.strip().splitlines() == [
        "Error: Interrupted. Operation 3 goes on.",
        "Next:  pvdify operations:info 3 --follow",
    ]
    assert not server.asked("DELETE")


def test_ctrl_c_before_the_answer_says_that_it_may_have_been_taken(server: FakeServer, app: str) -> None:
    server.faults.silent = True
    process = _start(server, "deploy", app)
    give_up = time.monotonic() + 20
    while not server.asked("POST") and time.monotonic() < give_up:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "may have taken it all the same" in stderr
    assert "pvdify operations" in stderr


def test_a_reader_that_stops_reading_is_no_error(server: FakeServer) -> None:
    for number in range(3000):
        server.state.create({"name": f"app{number}"})
    process = _start(server, "apps")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=20) == 0


def test_an_encoding_that_lacks_characters_is_no_error(server: FakeServer) -> None:
    server.state.create({"name": "myapp", "image": "ghcr.io/\u2713"})
    answer = subprocess.run(
        [sys.executable, "-m", "pvdify", "apps"],
        env={**_environment(server), "PYTHONIOENCODING": "iso8859-1"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert answer.returncode == 0
    assert "ghcr.io/\\u2713" in answer.stdout


def test_arguments_that_are_no_utf8_are_no_error(server: FakeServer) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "pvdify", b"apps:info", b"\xff\xfe"],
        env=_environment(server),
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert answer.returncode == 2
    assert b"Traceback" not in answer.stderr


@pytest.fixture
def _faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise KeyError("\x1b[31mno such key")

    monkeypatch.setattr(index, "print_table", break_down)


@pytest.mark.usefixtures("_faulty")
def test_a_fault_of_our_own_shows_no_traceback(pvdify: Run) -> None:
    answer = pvdify("apps")
    assert answer.exit_code == 70
    assert answer.stderr.splitlines()[0].startswith("Error: pvdify has a fault: KeyError: ")
    assert "PVDIFY_DEBUG=1" in answer.stderr
    assert "Traceback" not in answer.output
    assert "\x1b" not in answer.output


@pytest.mark.usefixtures("_faulty")
def test_the_traceback_is_shown_on_demand(pvdify: Run) -> None:
    answer = pvdify("apps", PVDIFY_DEBUG="1")
    assert answer.exit_code == 70
    assert "Traceback" in answer.stderr
    assert "pvd_right" not in answer.output


def test_the_command_line_never_imports_the_daemon() -> None:
    sources = Path(index.__file__).parents[2].rglob("*.py")
    assert not [source for source in sources if "import pvdifyd" in source.read_text()]


def _in_shell(server: FakeServer, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m pvdify {command}'],
        env=_environment(server),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize(
    "command", ["config:set myapp B=1 --no-restart", "config myapp", "apps --json", "--help"]
)
def test_a_closed_standard_output_is_an_error_before_anything_is_sent(
    server: FakeServer, app: str, command: str
) -> None:
    answer = _in_shell(server, f"{command} >&-")
    assert answer.returncode == 2
    assert answer.stderr.splitlines() == [
        "Error: The standard output is closed. Nothing is sent.",
        "Next:  As in pvdify … > /dev/null.",
    ]
    assert not server.requests


@pytest.mark.parametrize(
    "command",
    ["config:set myapp B=1 --no-restart", "config myapp", "apps --json", "deploy myapp", "logs myapp"],
)
def test_an_output_that_can_not_be_written_is_told(server: FakeServer, app: str, command: str) -> None:
    server.state.log.write("ready")
    answer = _in_shell(server, f"{command} > /dev/full")
    assert answer.returncode == 9
    assert answer.stderr.splitlines()[0] == "Error: The output could not be written: No space left on device."
    assert len(answer.stderr.splitlines()) == 2


@pytest.mark.parametrize(("ending", "code"), [("2>&-", 4), ("2>/dev/full", 4), ("2>&- >/dev/full", 4)])
def test_an_error_that_can_not_be_told_has_its_exit_code(server: FakeServer, ending: str, code: int) -> None:
    answer = _in_shell(server, f"apps:info nosuch {ending}")
    assert answer.returncode == code
    assert (answer.stdout, answer.stderr) == ("", "")


def test_progress_without_an_error_stream_keeps_out_of_the_json(server: FakeServer, app: str) -> None:
    answer = _in_shell(server, f"deploy {app} --json 2>&-")
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["operation"]["status"] == "succeeded"


def test_a_question_without_a_standard_input(server: FakeServer, app: str) -> None:
    answer = _in_shell(server, f"apps:destroy {app} <&-")
    assert answer.returncode == 2
    assert "there is no terminal to ask on" in answer.stderr

"""Where values come from: exactly as they are, and no secret is ever shown again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer
from tests.cli.test_config import AWKWARD
from tests.cli.test_dotenv import VALUES

SECRET = "canary-s3cret"


@given(value=VALUES)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_standard_input_is_taken_exactly(pvdify: Run, server: FakeServer, app: str, value: str) -> None:
    assert pvdify("config:set", app, "KEY", "--no-restart", piped=value.encode()).exit_code == 0
    assert server.state.config[app].shown()["config"] == {"KEY": value}


@pytest.mark.parametrize("value", AWKWARD.values(), ids=AWKWARD)
def test_a_secret_comes_from_standard_input_or_a_file(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path, value: str
) -> None:
    (tmp_path / "file").write_bytes(value.encode())
    arguments = ("config:set", app, "PIPED", "FILED=@file", "--secret", "--no-restart")
    answer = pvdify(*arguments, piped=value.encode())
    assert answer.exit_code == 0
    assert server.asked("PUT")[0].body == {"secrets": {"PIPED": value, "FILED": value}, "restart": False}
    assert server.state.config[app].sealed == {"PIPED": value, "FILED": value}
    assert "history" not in answer.stderr


def test_without_secret_an_at_sign_is_a_character(pvdify: Run, server: FakeServer, app: str) -> None:
    assert pvdify("config:set", app, "HANDLE=@acme").exit_code == 0
    assert server.state.config[app].shown()["config"] == {"HANDLE": "@acme"}


def test_a_secret_on_the_command_line_works_with_a_warning(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("config:set", app, f"TOKEN={SECRET}", "EMPTY=", "--secret")
    assert answer.exit_code == 0
    assert answer.stderr == (
        "Warning: TOKEN stands in the history of your shell now. Give TOKEN alone, or TOKEN=@FILE.\n"
    )
    assert server.state.config[app].sealed == {"TOKEN": SECRET, "EMPTY": ""}
    assert SECRET not in answer.output


@pytest.fixture
def sealed(server: FakeServer, app: str) -> dict[str, str]:
    """The secrets of the app, by key: TOKEN is one already."""
    server.state.config[app].change({"secrets": {"TOKEN": "before"}})
    return server.state.config[app].sealed


def test_a_key_that_is_a_secret_takes_a_file_without_the_option(
    pvdify: Run, app: str, sealed: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text(SECRET)
    answer = pvdify("config:set", app, "TOKEN=@file", "HANDLE=@acme")
    assert answer.exit_code == 0
    assert sealed == {"TOKEN": SECRET}
    assert pvdify("config:get", app, "HANDLE").stdout == "@acme\n"
    refused = pvdify("config:set", app, "TOKEN=@nosuch")
    assert refused.exit_code == 2
    assert "The file that TOKEN=@ names can't be read" in refused.stderr
    assert sealed == {"TOKEN": SECRET}


def test_a_key_that_is_a_secret_is_warned_of_without_the_option(
    pvdify: Run, app: str, sealed: dict[str, str]
) -> None:
    answer = pvdify("config:set", app, f"TOKEN={SECRET}", "LEVEL=info")
    assert answer.exit_code == 0
    assert answer.stderr == (
        "Warning: TOKEN stands in the history of your shell now. Give TOKEN alone, or TOKEN=@FILE.\n"
    )
    assert sealed == {"TOKEN": SECRET}


def test_an_empty_standard_input_is_an_empty_value_with_a_warning(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    answer = pvdify("config:set", app, "KEY", piped=b"")
    assert answer.exit_code == 0
    assert "Warning: the standard input was empty" in answer.stderr
    assert server.state.config[app].shown()["config"] == {"KEY": ""}


def test_two_values_can_not_come_from_one_input(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("config:set", app, "ONE", "TWO", piped=b"x")
    assert answer.exit_code == 2
    assert "ONE, TWO: the standard input holds the value of one key only." in answer.stderr
    assert not server.requests


def test_what_is_no_utf_8_is_refused_and_not_shown(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    content = SECRET.encode() + b"\xff"
    (tmp_path / "file").write_bytes(content)
    piped = pvdify("config:set", app, "KEY", piped=content)
    filed = pvdify("config:set", app, "KEY=@file", "--secret")
    typed = pvdify("config:set", app, "KEY=" + os.fsdecode(content))
    imported = pvdify("config:import", app, "file")
    assert [answer.exit_code for answer in (piped, filed, typed, imported)] == [2, 2, 2, 2]
    assert "The standard input is not UTF-8 text: see byte 14 of 14." in piped.stderr
    assert "The file that KEY=@ names is not UTF-8 text: see byte 14 of 14." in filed.stderr
    assert "The value of KEY is not UTF-8 text" in typed.stderr
    assert "file is not UTF-8 text" in imported.stderr
    assert all("base64" in answer.stderr for answer in (piped, filed, typed, imported))
    assert all(SECRET not in answer.output for answer in (piped, filed, typed, imported))
    # Of what is not said to be a secret, the server is asked whether it is one.
    assert [request.method for request in server.requests] == ["GET", "GET"]


@pytest.mark.parametrize("name", ["nosuch-canary-s3cret", ".", ""])
def test_a_file_that_can_not_be_read_is_not_named(pvdify: Run, app: str, name: str) -> None:
    answer = pvdify("config:set", app, f"KEY=@{name}", "--secret")
    assert answer.exit_code == 2
    assert "The file that KEY=@ names can't be read: " in answer.stderr
    assert "A secret that begins with @ is set with KEY alone." in answer.stderr
    assert SECRET not in answer.output


def test_an_endless_input_is_not_waited_for(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("config:set", app, "KEY=@/dev/zero", "--secret")
    assert answer.exit_code == 2
    assert "more than 8388608 bytes" in answer.stderr
    assert not server.requests


def test_a_refusal_shows_no_value(pvdify: Run, app: str) -> None:
    answer = pvdify("config:set", app, "PVDIFY_TOKEN", "--secret", piped=SECRET.encode())
    assert answer.exit_code == 6
    assert SECRET not in answer.output


@pytest.mark.parametrize(("character", "times"), [("x", 65_537), ("é", 32_769)])
@pytest.mark.parametrize("options", [[], ["--secret"]])
def test_a_value_that_is_too_large_is_not_sent(
    pvdify: Run, server: FakeServer, app: str, character: str, times: int, options: list[str]
) -> None:
    answer = pvdify("config:set", app, "BIG", *options, piped=(character * times).encode())
    assert answer.exit_code == 2
    size = len((character * times).encode())
    assert f"The value of BIG has {size:,} bytes, and 65,536 (64 KiB) are the most." in answer.stderr
    assert character * 20 not in answer.output
    assert not server.asked("PUT")


def test_the_largest_value_is_sent(pvdify: Run, server: FakeServer, app: str) -> None:
    assert pvdify("config:set", app, "BIG", "--no-restart", piped=b"x" * 65_536).exit_code == 0
    assert server.state.config[app].shown()["config"] == {"BIG": "x" * 65_536}


def test_a_change_that_is_too_large_names_the_limits(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    values = {f"K{number}": SECRET * 5000 for number in range(17)}
    (tmp_path / "big.json").write_text(json.dumps(values))
    answer = pvdify("config:import", app, "big.json")
    assert answer.exit_code == 2
    assert " bytes as JSON, and 1,048,576 (1 MiB) are the most." in answer.stderr
    assert "A value may have 64 KiB, a request 1 MiB, and all config of an app 1 MiB and 500 keys." in (
        answer.stderr
    )
    assert SECRET not in answer.output
    assert not server.asked("PUT")


@pytest.mark.parametrize("fault", ["unreachable", "silent", "foreign", "unauthenticated", "debug"])
def test_no_error_shows_a_secret(pvdify: Run, server: FakeServer, app: str, fault: str) -> None:
    environment: dict[str, str] = {}
    if fault == "unreachable":
        environment["PVDIFY_URL"] = "http://127.0.0.1:9"
    elif fault == "silent":
        server.faults.lost_answers = 5
    elif fault == "foreign":
        server.faults.answers["PUT", "/apps/myapp/config"] = (502, "text/html", "<h1>Bad gateway</h1>")
    elif fault == "unauthenticated":
        environment["PVDIFY_TOKEN"] = "pvd_wrong"
    else:
        environment["PVDIFY_DEBUG"] = "1"
        server.faults.answers["PUT", "/apps/myapp/config"] = (200, "application/json", "[1]")
    for options in ([], ["--json"]):
        answer = pvdify(
            "config:set", app, "TOKEN", "--secret", *options, piped=SECRET.encode(), **environment
        )
        assert answer.exit_code not in (0, 1)
        assert SECRET not in answer.output


def test_bytes_pass_through_a_process_whatever_its_locale(server: FakeServer, app: str) -> None:
    for locale in ("C", "C.UTF-8", "POSIX"):
        value = "🦀 é\r\n\t'\"\\ \n"
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": locale,
            "PVDIFY_URL": server.url,
            "PVDIFY_TOKEN": server.token,
        }
        program = [sys.executable, "-X", "utf8=0", "-m", "pvdify"]
        subprocess.run(
            [*program, "config:set", app, f"TYPED={value}", "PIPED", "--no-restart"],
            input=value.encode(),
            env=environment,
            check=True,
            timeout=30,
            capture_output=True,
        )
        assert server.state.config[app].shown()["config"] == {"TYPED": value, "PIPED": value}
        got = subprocess.run(
            [*program, "config:get", app, "PIPED"],
            env=environment,
            check=True,
            timeout=30,
            capture_output=True,
        )
        assert got.stdout == value.encode() + b"\n"


def test_a_closed_standard_input_is_an_error(server: FakeServer, app: str) -> None:
    environment = {**os.environ, "PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token}
    command = f'exec "{sys.executable}" -m pvdify config:set {app} KEY <&-'
    answer = subprocess.run(
        ["sh", "-c", command], env=environment, timeout=30, capture_output=True, check=False
    )
    assert answer.returncode == 2
    assert b"The standard input is closed." in answer.stderr


@pytest.mark.parametrize("command", ["config:set myapp KEY", "config:import myapp -", "apply -f -"])
def test_a_standard_input_that_can_not_be_read_is_an_error(
    server: FakeServer, app: str, command: str
) -> None:
    environment = {**os.environ, "PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token}
    program = f'exec "{sys.executable}" -m pvdify {command} 0>/dev/null'  # as nohup has it
    answer = subprocess.run(
        ["sh", "-c", program], env=environment, timeout=30, capture_output=True, check=False
    )
    assert answer.returncode == 2
    assert b"The standard input can't be read: Bad file descriptor." in answer.stderr
    assert not server.asked("PUT")

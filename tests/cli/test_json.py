"""With --json, whatever comes is JSON: answers on the standard output, errors on standard error."""

from __future__ import annotations

import json

import pytest

from pvdify.main import COMMANDS
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "logs"])
def test_an_option_that_is_not_there_is_an_error_in_json(pvdify: Run, name: str) -> None:
    answer = pvdify(name, "--json", "--nosuch")
    assert (answer.exit_code, answer.stdout) == (2, "")
    error = json.loads(answer.stderr)["error"]
    assert set(error) == {"code", "message", "next_step", "exit_code", "problem"}
    assert "--nosuch" in error["message"]
    assert error["next_step"] == f"pvdify help {name} shows what it takes."


@pytest.mark.parametrize(
    ("arguments", "exit_code", "next_step"),
    [
        (("rollback", "myapp", "--version", "last", "--json"), 2, "pvdify releases myapp lists them."),
        (("rollback", "--json", "--version", "last", "-a", "myapp"), 2, "pvdify releases myapp lists them."),
        (("deploy", "nobody", "--json"), 4, "pvdify apps lists the apps there are"),
        (("deploy", "one", "two", "three", "--json"), 2, "See --help for what it takes."),
    ],
)
def test_an_error_in_json_has_its_next_step(
    pvdify: Run, app: str, arguments: tuple[str, ...], exit_code: int, next_step: str
) -> None:
    answer = pvdify(*arguments)
    assert (answer.exit_code, answer.stdout) == (exit_code, "")
    error = json.loads(answer.stderr)["error"]
    assert next_step in error["next_step"]
    assert error["exit_code"] == exit_code


def test_behind_two_hyphens_it_is_an_argument(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("apps:info", app, "--", "--json")
    assert answer.exit_code == 2
    assert answer.stderr.startswith("Error: Unexpected argument '--json'")


def test_without_it_an_error_is_two_lines(pvdify: Run) -> None:
    answer = pvdify("rollback", "--vresion", "41")
    assert answer.exit_code == 2
    first, second = answer.stderr.splitlines()
    assert first.startswith("Error: No such option '--vresion'. (Did you mean")
    assert "'--version'" in first
    assert second == "Next:  pvdify help rollback shows what it takes."


def test_the_commands_as_a_list(pvdify: Run) -> None:
    commands = json.loads(pvdify("help", "--json").stdout)
    assert [entry["name"] for entry in commands] == list(COMMANDS)
    assert all(entry["summary"] for entry in commands)
    deploy = json.loads(pvdify("help", "deploy", "--json").stdout)
    assert deploy["name"] == "deploy"
    assert deploy["help"].startswith("Usage: pvdify deploy")


def test_a_completion_as_a_text(pvdify: Run) -> None:
    made = json.loads(pvdify("completion", "zsh", "--json").stdout)
    assert made["shell"] == "zsh"
    assert made["script"] == pvdify("completion", "zsh").stdout.removesuffix("\n")

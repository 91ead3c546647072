"""Help: fast, complete, and never a question to the server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from pvdify import document
from pvdify.command import LocalCommand
from pvdify.errors import MEANINGS
from pvdify.main import ALIASES, COMMANDS, cli
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

MANUAL = Path(__file__).parents[2] / "docs" / "cli.md"


def _command(name: str) -> LocalCommand:
    command = cli.get_command(click.Context(cli), name)
    assert isinstance(command, LocalCommand)
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_the_summary_of_the_overview_and_examples(name: str) -> None:
    command = _command(name)
    assert command.name == name
    assert (command.help or "").splitlines()[0].startswith(COMMANDS[name].summary.rstrip("."))
    assert command.examples
    assert all(example.startswith(f"pvdify {name}") for example in command.examples)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_has_help(name: str) -> None:
    options = [option for option in _command(name).params if isinstance(option, click.Option)]
    assert all(option.help for option in options)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_answers_in_json(name: str) -> None:
    assert "as_json" in {option.name for option in _command(name).params}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_asks_no_server(pvdify: Run, server: FakeServer, name: str) -> None:
    by_option = pvdify(name, "--help", PVDIFY_URL=None, PVDIFY_TOKEN=None)
    by_command = pvdify("help", name, PVDIFY_URL=None, PVDIFY_TOKEN=None)
    assert (by_option.exit_code, by_command.exit_code) == (0, 0)
    assert by_option.stdout == by_command.stdout
    assert f"pvdify {name}" in by_option.stdout
    assert "Examples:" in by_option.stdout
    assert not server.requests


def test_the_overview_lists_commands_and_exit_codes(pvdify: Run) -> None:
    answer = pvdify("--help")
    assert answer.exit_code == 0
    assert answer.stdout == pvdify("help").stdout
    assert all(name in answer.stdout for name in COMMANDS)
    assert all(meaning.split(",")[0] in " ".join(answer.stdout.split()) for meaning in MEANINGS.values())


def test_the_manual_is_what_the_commands_say() -> None:
    assert MANUAL.read_text() == document.text(), "run: python -m pvdify.document > docs/cli.md"


def test_the_overview_imports_neither_the_http_client_nor_the_tables() -> None:
    script = (
        "import sys; from pvdify.main import main\n"
        "try: main(['--help'])\n"
        "finally: print([name for name in ('requests', 'rich', 'hashlib', 'json', 'ssl', 'difflib',"
        " 'pvdify.command', 'pvdify.commands.deploy')"
        " if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False
    )
    assert answer.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("deplyo", "deploy"),
        ("app:create", "apps:create"),
        ("release", "releases"),
        ("restrat", "restart"),
        ("rotate", "secrets:rotate"),
    ],
)
def test_an_unknown_command_gets_a_suggestion(pvdify: Run, typed: str, meant: str) -> None:
    for answer in (pvdify(typed), pvdify("help", typed)):
        assert answer.exit_code == 2
        assert f"No such command: '{typed}'. Did you mean {meant}" in answer.stderr
        assert answer.stderr.splitlines()[1] == "Next:  pvdify help lists the commands."


@pytest.mark.parametrize(("short", "name"), ALIASES.items())
def test_a_short_name_is_the_command_it_stands_for(pvdify: Run, short: str, name: str) -> None:
    assert name in COMMANDS
    assert short not in COMMANDS
    shown = pvdify("help", short).stdout
    assert shown == pvdify(short, "--help").stdout == pvdify("help", name).stdout
    assert shown.startswith(f"Usage: pvdify {name} ")
    assert f"| `pvdify {short}` | `pvdify {name}` |" in MANUAL.read_text()


def test_short_names_do_what_they_say(pvdify: Run, server: FakeServer) -> None:
    assert pvdify("create", "myapp").stdout.startswith("App myapp created")
    assert pvdify("info", "myapp").stdout.startswith("app ")
    assert pvdify("deploy", "myapp", "--image", "v1").exit_code == 0
    assert pvdify("scale", "myapp", "web=2").exit_code == 0
    assert pvdify("restart", "myapp").exit_code == 0
    assert pvdify("destroy", "myapp", "--confirm", "myapp").exit_code == 0
    kinds = [operation["kind"] for operation in server.state.operations]
    assert kinds == ["deploy", "scale", "restart", "destroy"]


def test_an_unknown_option_gets_a_suggestion_and_the_way_to_help(pvdify: Run) -> None:
    answer = pvdify("deploy", "myapp", "--imge", "x")
    assert answer.exit_code == 2
    assert "--image" in answer.stderr
    assert "pvdify help deploy" in answer.stderr


def test_the_version(pvdify: Run) -> None:
    answer = pvdify("--version")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("pvdify ")

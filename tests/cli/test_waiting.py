"""Whatever takes longer than a moment tells a person what it waits for, and nobody else."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from pvdify.display import waiting
from pvdify.main import COMMANDS
from tests.cli.at_terminal import AtTerminal
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# Each command that asks the server, as it can be called; the others ask nobody.
ASKS = """
login --url {url} --token-stdin
whoami
apps
apps:create another
apps:info myapp
apps:update myapp --image docker.io/acme/myapp:v3
apps:destroy myapp --confirm myapp
apps:export myapp
apply -f app.yaml --yes
deploy myapp
releases myapp
releases:info myapp 1
releases:diff myapp 1 2
rollback myapp
config myapp
config:get myapp LEVEL
config:set myapp LEVEL=debug
config:unset myapp LEVEL
config:edit myapp
config:import myapp app.env
config:export myapp
config:versions myapp
config:diff myapp v1 v2
secrets:rotate
registries
registry:login ghcr.io --username acme --password-stdin
registry:logout ghcr.io
ps myapp
ps:scale myapp web=2
ps:restart myapp
ps:stop myapp
ps:start myapp
resources myapp
domains myapp
domains:add myapp www.myapp.com
domains:info myapp myapp.com
domains:remove myapp myapp.com
domains:clear myapp --confirm myapp
domains:wait myapp
edge
edge:set none
tunnels
logs myapp
operations
operations:info 1
operations:cancel 1
tokens
tokens:create ci --scope read
tokens:revoke ci
audit
"""
LINES = ASKS.strip().splitlines()
ASKS_NOBODY = {"logout", "contexts", "context", "completion", "help"}


@pytest.fixture
def slow(server: FakeServer, app: str, tmp_path: Path) -> FakeServer:
    """A server whose first answer takes a second, and files for the commands that take one."""
    (tmp_path / "app.yaml").write_text("name: myapp\nimage: docker.io/acme/myapp:v9\n")
    (tmp_path / "app.env").write_text("LEVEL=debug\n")
    for value in ("info", "warn"):
        server.state.config[app].change({"config": {"LEVEL": value}})
    server.state.domains.put(app, "myapp.com")
    _slow_down(server, 1.0)
    return server


def _slow_down(server: FakeServer, seconds: float) -> None:
    pauses = [seconds]
    server.faults.before_answer = lambda: time.sleep(pauses.pop() if pauses else 0)


def test_each_command_is_listed_here() -> None:
    assert {*(line.split()[0] for line in LINES), *ASKS_NOBODY} == set(COMMANDS)


@pytest.mark.parametrize("line", LINES)
def test_every_command_waits_in_sight(
    pvdify: Run, slow: FakeServer, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    _slow_down(slow, 0.1)
    monkeypatch.setattr(waiting, "_PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(waiting, "is_terminal", lambda stream: True)
    words = line.format(url=slow.url).split()
    answer = pvdify(*words, piped=b"pvd_right", EDITOR="true")
    assert f"Waiting for {slow.url} … 0 s" in answer.stderr
    assert "Waiting" not in answer.stdout


def test_within_a_second_a_person_sees_what_is_waited_for(at_terminal: AtTerminal, slow: FakeServer) -> None:
    assert f"Waiting for {slow.url} … 0 s" in at_terminal("apps")[1]


@pytest.mark.parametrize("columns", [40, 80])
def test_nothing_of_it_stays_on_the_screen(at_terminal: AtTerminal, slow: FakeServer, columns: int) -> None:
    code, screen = at_terminal("apps", columns=columns)
    assert code == 0
    before, _, after = screen.rpartition("\r\x1b[2K")
    assert max(map(len, before.split("\r\x1b[2K"))) < columns
    assert "Waiting" not in after
    assert "myapp" in after


def test_a_quick_answer_is_not_waited_for(at_terminal: AtTerminal, app: str) -> None:
    assert "Waiting" not in at_terminal("apps")[1]


def test_an_error_follows_on_a_line_of_its_own(at_terminal: AtTerminal, slow: FakeServer) -> None:
    code, screen = at_terminal("apps:info", "nobody")
    assert code == 4
    assert "\r\x1b[2KError: There is no app" in screen


def test_ctrl_c_ends_the_waiting(at_terminal: AtTerminal, slow: FakeServer) -> None:
    code, screen = at_terminal("apps:destroy", "myapp", typed="\x03")
    assert code == 130
    assert "Waiting" in screen


def test_where_phases_are_drawn_they_tell_it_all(
    at_terminal: AtTerminal, server: FakeServer, app: str
) -> None:
    server.faults.on_stream = lambda: time.sleep(1.0)
    code, screen = at_terminal("deploy", app)
    assert code == 0
    assert "Waiting" not in screen
    assert "pull" in screen


@pytest.mark.parametrize("line", ["apps", "apps --json", "deploy myapp", "logs myapp"])
def test_a_program_that_reads_it_sees_nothing_of_it(pvdify: Run, slow: FakeServer, line: str) -> None:
    answer = pvdify(*line.split())
    assert answer.exit_code == 0
    assert "Waiting" not in answer.output
    assert "\x1b" not in answer.output


@pytest.mark.parametrize("line", ["apps | cat", "apps --json | cat", "deploy myapp | cat"])
def test_a_pager_has_the_screen_for_itself(at_terminal: AtTerminal, slow: FakeServer, line: str) -> None:
    code, screen = at_terminal(in_shell=line)
    assert code == 0
    assert "\x1b" not in screen
    assert "myapp" in screen

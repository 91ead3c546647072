"""What a person at a real terminal sees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.at_terminal import AtTerminal
from tests.cli.fake_server import FakeServer

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_tables_fit_the_terminal(at_terminal: AtTerminal, app: str, columns: int) -> None:
    code, screen = at_terminal("apps", columns=columns)
    assert code == 0
    lines = ESCAPES.sub("", screen).splitlines()
    assert max(map(len, lines)) <= columns
    assert "docker.io/acme/myapp:v2" in "".join("".join(line[-30:].split()) for line in lines) or columns < 80


def test_colour_is_for_terminals_without_no_color(at_terminal: AtTerminal, app: str) -> None:
    assert COLOUR.search(at_terminal("apps")[1])
    assert "\x1b[32m" not in at_terminal("apps", NO_COLOR="1")[1]


def test_a_dumb_terminal_gets_plain_lines(at_terminal: AtTerminal, app: str) -> None:
    assert "\x1b" not in at_terminal("deploy", app, TERM="dumb")[1]


def test_a_deploy_draws_its_phases(at_terminal: AtTerminal, app: str) -> None:
    code, screen = at_terminal("deploy", app)
    assert code == 0
    drawn = ESCAPES.sub("", screen)
    for phase in ("pull", "stage", "start", "switch", "retire"):
        assert re.search(rf"✓ {phase} +1\.2 s +{phase} is ok", drawn)
    assert drawn.rstrip().endswith("Release 3 of myapp is active.")


def test_a_failed_deploy_marks_the_phase_and_tells_the_reason(at_terminal: AtTerminal, app: str) -> None:
    code, screen = at_terminal("deploy", app, "--image", "crash")
    assert code == 1
    drawn = ESCAPES.sub("", screen)
    assert re.search(r"✗ start", drawn)
    assert "| \\x1b[31mfatal\\x1b[0m: no database\\x07" in drawn
    assert "\x07" not in screen


def test_instances_stand_on_a_line_each_in_80_columns(
    at_terminal: AtTerminal, server: FakeServer, app: str
) -> None:
    since = {"since": "2026-01-05T10:30:00Z", "restarts": 0, "memory": 536_870_912, "cpu": 99.9}
    web = {"process": "web", "instance": 1, "state": "healthy", **since}
    server.state.instances = [
        {**web, "release": 42, "role": "current"},
        {**web, "release": 41, "role": "standby"},
    ]
    code, screen = at_terminal("ps", app)
    assert code == 0
    assert len(ESCAPES.sub("", screen).splitlines()) == 3


def test_a_restart_draws_its_phases(at_terminal: AtTerminal, app: str) -> None:
    code, screen = at_terminal("ps:restart", app, "web.1")
    assert code == 0
    drawn = ESCAPES.sub("", screen)
    assert re.search(r"✓ restart +1\.2 s +restart is ok", drawn)
    assert drawn.rstrip().endswith("Operation 3 (restart of myapp) succeeded.")


def test_a_log_is_coloured_by_process_and_nothing_else_of_it_steers_the_terminal(
    at_terminal: AtTerminal, server: FakeServer, app: str
) -> None:
    server.state.log.write("\x1b[2J\x07 ready")
    code, screen = at_terminal("logs", app)
    assert code == 0
    assert screen == "2026-01-05T10:30:00.000001Z \x1b[36mweb.1\x1b[0m \\x1b[2J\\x07 ready\r\n"
    assert "\x1b" not in at_terminal("logs", app, NO_COLOR="1")[1]


def test_destroy_asks_for_the_name(at_terminal: AtTerminal, server: FakeServer, app: str) -> None:
    code, screen = at_terminal("apps:destroy", app, typed="myapp\n")
    assert code == 0
    assert "Type the app's name to go on" in screen
    assert server.asked("DELETE", "/apps/myapp")


@pytest.mark.parametrize("typed", ["yes\n", "My app\n", "\x04", "\x03"])
def test_another_answer_removes_nothing(
    at_terminal: AtTerminal, server: FakeServer, app: str, typed: str
) -> None:
    code, _ = at_terminal("apps:destroy", app, typed=typed)
    assert code in (2, 130)
    assert not server.asked("DELETE")


@pytest.fixture
def changed_file(app: str, tmp_path: Path) -> str:
    """An app's file that wants another image."""
    file = tmp_path / "app.yaml"
    file.write_text(f"name: {app}\nimage: ghcr.io/acme/myapp:v9\n")
    return str(file)


def test_an_app_s_file_is_applied_once_its_difference_was_seen(
    at_terminal: AtTerminal, server: FakeServer, app: str, changed_file: str
) -> None:
    code, screen = at_terminal("apply", "-f", changed_file, typed="y\n")
    assert code == 0
    seen, _, done = screen.partition("Apply this? [y/N]: ")
    assert "~ image: docker.io/acme/myapp:v2 → ghcr.io/acme/myapp:v9" in seen
    assert "App myapp changed." in done
    assert server.state.apps[app]["image"] == "ghcr.io/acme/myapp:v9"


@pytest.mark.parametrize(("typed", "exit_code"), [("n\n", 2), ("\n", 2), ("\x03", 130), ("\x04", 130)])
def test_another_answer_applies_nothing(
    at_terminal: AtTerminal, server: FakeServer, changed_file: str, typed: str, exit_code: int
) -> None:
    assert at_terminal("apply", "-f", changed_file, typed=typed)[0] == exit_code
    assert not server.asked("PUT")


def test_a_secret_is_asked_for_and_not_shown(at_terminal: AtTerminal, server: FakeServer, app: str) -> None:
    code, screen = at_terminal("config:set", app, "TOKEN", "OTHER", "--secret", typed="canary é \n\n")
    assert code == 0
    assert "Value of TOKEN (not shown): " in screen
    assert "canary" not in screen
    assert "history" not in screen
    assert server.state.config[app].sealed == {"TOKEN": "canary é ", "OTHER": ""}


def test_a_key_that_is_a_secret_is_asked_for_unseen_without_the_option(
    at_terminal: AtTerminal, server: FakeServer, app: str
) -> None:
    server.state.config[app].change({"secrets": {"TOKEN": "before"}})
    code, screen = at_terminal("config:set", app, "TOKEN", typed="canary\n")
    assert code == 0
    assert "Value of TOKEN (not shown): " in screen
    assert "canary" not in screen
    assert server.state.config[app].sealed == {"TOKEN": "canary"}


def test_a_plain_value_is_asked_for(at_terminal: AtTerminal, server: FakeServer, app: str) -> None:
    code, screen = at_terminal("config:set", app, "LEVEL", typed="info\n")
    assert code == 0
    assert "Value of LEVEL: info" in screen
    assert server.state.config[app].shown()["config"] == {"LEVEL": "info"}


def test_ctrl_c_instead_of_a_value_sets_nothing(
    at_terminal: AtTerminal, server: FakeServer, app: str
) -> None:
    code, _ = at_terminal("config:set", app, "TOKEN", "--secret", typed="\x03")
    assert code == 130
    assert not server.asked("PUT")


@pytest.mark.parametrize("options", [[], ["--secret"]])
def test_the_longest_line_a_prompt_takes(
    at_terminal: AtTerminal, server: FakeServer, app: str, options: list[str]
) -> None:
    arguments = ("config:set", app, "KEY", "--no-restart", *options)
    assert at_terminal(*arguments, typed="x" * 4094 + "\n")[0] == 0
    config = server.state.config[app]
    assert {**config.shown()["config"], **config.sealed} == {"KEY": "x" * 4094}


def test_a_registry_s_password_is_asked_for_and_not_shown(
    at_terminal: AtTerminal, server: FakeServer
) -> None:
    code, screen = at_terminal("registry:login", "ghcr.io", "--username", "acme", typed="canary\n")
    assert code == 0
    assert "Password or token for ghcr.io (not shown): " in screen
    assert "canary" not in screen
    assert server.state.passwords == {("ghcr.io", None): "canary"}


def test_a_release_of_new_config_draws_its_phases(at_terminal: AtTerminal, app: str) -> None:
    code, screen = at_terminal("config:set", app, "LEVEL=info")
    assert code == 0
    drawn = ESCAPES.sub("", screen)
    assert drawn.startswith("Setting LEVEL of myapp: v1, release 3, operation 3")
    assert re.search(r"✓ switch +1\.2 s", drawn)


def _first_broken_then_whole(path: Path) -> str:
    """Give an editor that writes a line without = at first, and mends it the second time."""
    script = path / "editor.sh"
    script.write_text('grep -q broken "$1" && sed -i s/broken/NEW=1/ "$1" || echo broken >> "$1"')
    return f"sh '{script}'"


@pytest.mark.parametrize(("typed", "config"), [("\n", {"NEW": "1"}), ("n\n", {}), ("\x03", {})])
def test_an_edited_file_that_can_not_be_read_is_opened_again(
    at_terminal: AtTerminal,
    server: FakeServer,
    app: str,
    tmp_path: Path,
    typed: str,
    config: dict[str, str],
) -> None:
    editor = _first_broken_then_whole(tmp_path)
    code, screen = at_terminal("config:edit", app, typed=typed, EDITOR=editor, TMPDIR=str(tmp_path))
    assert "this one has no =" in screen
    assert "Edit it again? [Y/n]: " in screen
    assert server.state.config[app].shown()["config"] == config
    assert code == (0 if config else 2)
    assert len(list(tmp_path.glob("pvdify-*/myapp.env"))) == (0 if config else 1)


def test_an_edit_that_clashes_is_refused_at_a_terminal_too(
    at_terminal: AtTerminal, server: FakeServer, app: str, tmp_path: Path
) -> None:
    config = server.state.config[app]
    config.change({"config": {"BOTH": "old"}})
    server.faults.before_put = lambda: config.change({"config": {"BOTH": "theirs"}})
    script = tmp_path / "editor.sh"
    script.write_text('sed -i s/BOTH=old/BOTH=mine/ "$1"')
    code, screen = at_terminal("config:edit", app, EDITOR=f"sh {script}", TMPDIR=str(tmp_path))
    assert code == 5
    assert "Somebody else changed BOTH too" in screen
    assert config.shown()["config"] == {"BOTH": "theirs"}
    assert "BOTH=mine\n" in next(tmp_path.glob("pvdify-*/myapp.env")).read_text()

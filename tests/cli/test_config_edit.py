"""`config:edit`: what is saved is set, nobody's change is lost, and nothing stays on the disk that needn't."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.config import delta
from pvdify.config.edited_file import editor
from pvdify.errors import UsageError
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer
from tests.cli.test_config import AWKWARD
from tests.cli.test_dotenv import KEYS, VALUES

Editor = Callable[[str], str]
Json = dict[str, Any]


@pytest.fixture
def edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Make an editor of a shell script, in which $1 is the file; temporary files go to `tmp_path/tmp`."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))

    def make(script: str) -> str:
        path = tmp_path / "an editor.sh"
        path.write_text(script)
        return f"sh -eu '{path}'"

    return make


@pytest.fixture
def configured(server: FakeServer, app: str) -> str:
    """An app with LEVEL, WORKERS and a secret TOKEN, in v1."""
    config = {"config": {"LEVEL": "info", "WORKERS": "4"}, "secrets": {"TOKEN": "canary"}}
    server.state.config[app].change(config)
    return app


def left(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "tmp").rglob("*") if path.is_file()]


def kept(stderr: str) -> Path:
    found = re.search(r"What you wrote is kept in (\S+);", stderr)
    assert found is not None, stderr
    return Path(found[1])


@given(st.dictionaries(KEYS, VALUES), st.dictionaries(KEYS, VALUES))
def test_the_changes_lead_from_one_to_the_other(before: dict[str, str], after: dict[str, str]) -> None:
    changes = delta.between(before, after)
    assert {key: value for key, value in {**before, **changes}.items() if value is not None} == after
    assert delta.between(after, after) == {}


@given(*[st.dictionaries(KEYS, VALUES, max_size=6)] * 3)
def test_either_a_key_clashes_or_both_changes_are_kept(
    opened: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    before, now = {"config": opened}, {"config": theirs}
    changes = delta.not_made_yet(delta.between(opened, mine), before, now)
    clashes = delta.clashes(changes, before, now)
    for key in opened.keys() | mine.keys() | theirs.keys():
        base, ours, others = (each.get(key) for each in (opened, mine, theirs))
        assert (key in clashes) == (ours != base and others != base and ours != others)
        if key not in clashes:
            assert changes.get(key, others) == (ours if ours != base else others)


def test_the_file_shows_values_and_names_secrets(
    pvdify: Run, configured: str, tmp_path: Path, edits: Editor
) -> None:
    script = f'cp "$1" {tmp_path}/seen; stat -c %a "$1" "$(dirname "$1")" > {tmp_path}/modes'
    assert pvdify("config:edit", configured, EDITOR=edits(script)).exit_code == 0
    seen = (tmp_path / "seen").read_text()
    assert seen.startswith("# Config of myapp, v1. ")
    assert seen.endswith(
        "LEVEL=info\nWORKERS=4\n# TOKEN is a secret, set in v1: only the host can read it.\n"
    )
    assert "canary" not in seen
    assert (tmp_path / "modes").read_text().split() == ["600", "700"]


def test_what_is_saved_is_set_as_one_version(
    pvdify: Run, server: FakeServer, configured: str, tmp_path: Path, edits: Editor
) -> None:
    script = """sed -i -e s/info/debug/ -e /WORKERS/d "$1"; echo "NEW='a b'" >> "$1"; touch "$1~" """
    answer = pvdify("config:edit", configured, "--message", "tune", EDITOR=edits(script))
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[0] == (
        "Changing LEVEL, NEW, WORKERS of myapp: v2, release 3, operation 3"
    )
    asked = server.asked("PUT")[0]
    assert asked.body == {"config": {"LEVEL": "debug", "NEW": "a b", "WORKERS": None}, "message": "tune"}
    assert asked.headers["If-Match"] == '"v1"'
    assert server.state.config[configured].shown()["secrets"] == {"TOKEN": "v1"}
    assert left(tmp_path) == []
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    "script", ["true", 'touch "$1"', 'echo "# a note" >> "$1"', 'echo "LEVEL=info" >> "$1"']
)
def test_an_edit_that_changes_nothing_sends_nothing(
    pvdify: Run, server: FakeServer, configured: str, tmp_path: Path, edits: Editor, script: str
) -> None:
    server.state.config[configured].change({"config": AWKWARD})
    answer = pvdify("config:edit", configured, EDITOR=edits(script))
    assert answer.exit_code == 0
    assert answer.stdout == "Nothing changed in the config of myapp.\n"
    assert (
        json.loads(pvdify("config:edit", configured, "--json", EDITOR=edits(script)).stdout)["changes"] == []
    )
    assert not server.asked("PUT")
    assert left(tmp_path) == []


def test_the_first_config_can_be_edited(pvdify: Run, server: FakeServer, app: str, edits: Editor) -> None:
    answer = pvdify("config:edit", app, "--no-restart", "--json", EDITOR=edits('echo A=1 >> "$1"'))
    assert json.loads(answer.stdout)["version"] == "v1"
    assert server.asked("PUT")[0].headers["If-Match"] == '"v0"'


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ('echo A=1 >> "$1"; exit 3', "The editor 'sh' ended with 3. Nothing is changed."),
        ('rm "$1"', "The edited file is gone. Nothing is changed."),
    ],
)
def test_an_editor_that_fails_changes_nothing(
    pvdify: Run, server: FakeServer, configured: str, tmp_path: Path, edits: Editor, script: str, message: str
) -> None:
    answer = pvdify("config:edit", configured, EDITOR=edits(script))
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert not server.asked("PUT")
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("nosuch-editor --wait", "The editor 'nosuch-editor' can't be started: No such file or directory."),
        ("vi 'unclosed", "EDITOR is no command: No closing quotation."),
    ],
)
def test_an_editor_that_is_none(
    pvdify: Run, configured: str, tmp_path: Path, edits: Editor, command: str, message: str
) -> None:
    answer = pvdify("config:edit", configured, EDITOR=command)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert "Set EDITOR to the command" in answer.stderr
    assert list((tmp_path / "tmp").iterdir()) == []


def test_which_editor_is_taken() -> None:
    assert editor({"VISUAL": "code --wait", "EDITOR": "ed"}) == ["code", "--wait"]
    assert editor({"VISUAL": " ", "EDITOR": "'/my editors/ed' -s"}) == ["/my editors/ed", "-s"]
    assert editor({"EDITOR": "ed; rm -rf $HOME"}) == ["ed;", "rm", "-rf", "$HOME"]
    assert editor({}) == ["vi"]
    with pytest.raises(UsageError, match="VISUAL is no command"):
        editor({"VISUAL": '"'})


def test_a_file_that_can_not_be_read_is_kept(
    pvdify: Run, server: FakeServer, configured: str, tmp_path: Path, edits: Editor
) -> None:
    answer = pvdify("config:edit", configured, EDITOR=edits("""echo "A='hunter2" >> "$1" """))
    assert answer.exit_code == 2
    assert "the value begins with ', and no ' ends it." in answer.stderr
    assert "hunter2" not in answer.stderr
    assert not server.asked("PUT")
    path = kept(answer.stderr)
    assert [path] == left(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().endswith("A='hunter2\n")


@pytest.mark.parametrize(
    ("status", "code"), [(422, 6), (401, 3), (503, 8)], ids=["refused", "not signed in", "unavailable"]
)
def test_what_can_not_be_sent_is_kept(
    pvdify: Run, server: FakeServer, configured: str, edits: Editor, status: int, code: int
) -> None:
    problem = json.dumps({"code": "some_problem", "detail": "No.", "status": status})
    server.faults.answers["PUT", "/apps/myapp/config"] = (status, "application/problem+json", problem)
    answer = pvdify("config:edit", configured, EDITOR=edits('echo A=1 >> "$1"'))
    assert answer.exit_code == code
    assert kept(answer.stderr).read_text().endswith("A=1\n")


def overtake(server: FakeServer, app: str, **change: Json) -> None:
    """Let somebody else change the config while the editor is open."""
    server.faults.before_put = lambda: server.state.config[app].change(change)


@pytest.mark.parametrize(
    ("script", "config"),
    [
        ('sed -i s/WORKERS=4/WORKERS=8/ "$1"', {"LEVEL": "theirs", "WORKERS": "8"}),
        ('sed -i /WORKERS/d "$1"', {"LEVEL": "theirs"}),
        ('echo NEW=1 >> "$1"', {"LEVEL": "theirs", "WORKERS": "4", "NEW": "1"}),
    ],
    ids=["set", "unset", "new"],
)
def test_changes_of_other_keys_are_made_to_somebody_else_s(
    pvdify: Run,
    server: FakeServer,
    configured: str,
    tmp_path: Path,
    edits: Editor,
    script: str,
    config: dict[str, str],
) -> None:
    overtake(server, configured, config={"LEVEL": "theirs"})
    answer = pvdify("config:edit", configured, EDITOR=edits(script))
    assert answer.exit_code == 0
    assert server.state.config[configured].shown()["config"] == config
    assert [put.headers.get("If-Match") for put in server.asked("PUT")] == ['"v1"', '"v2"']
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("script", "change", "now"),
    [
        ('sed -i s/info/mine/ "$1"', {"config": {"LEVEL": "theirs"}}, "theirs"),
        ('sed -i /LEVEL/d "$1"', {"config": {"LEVEL": "theirs"}}, "theirs"),
        ('sed -i s/info/mine/ "$1"', {"config": {"LEVEL": None}}, None),
        ('sed -i s/info/mine/ "$1"', {"secrets": {"LEVEL": "canary"}}, None),
        ('sed -i /LEVEL/d "$1"', {"secrets": {"LEVEL": "canary"}}, None),
    ],
    ids=["set and set", "unset and set", "set and unset", "set and secret", "unset and secret"],
)
def test_the_same_key_changed_by_somebody_else_is_refused(
    pvdify: Run,
    server: FakeServer,
    configured: str,
    edits: Editor,
    script: str,
    change: Json,
    now: str | None,
) -> None:
    overtake(server, configured, **change)
    both = f'{script}; echo OTHER=1 >> "$1"'
    answer = pvdify("config:edit", configured, EDITOR=edits(both))
    assert answer.exit_code == 5
    error, next_step = answer.stderr.splitlines()
    assert error == (
        "Error: Somebody else changed LEVEL too: you edited config v1 of myapp, and it is v2 now. "
        "Nothing of yours is set. [precondition_failed]"
    )
    assert next_step.endswith("; pvdify config:edit myapp opens the config as it is now, to compare.")
    assert "config:import" not in answer.stderr
    assert kept(answer.stderr).read_text().endswith("OTHER=1\n")
    shown = server.state.config[configured].shown()
    assert (shown["version"], shown["config"].get("LEVEL")) == ("v2", now)


def test_a_secret_set_by_both_is_refused(
    pvdify: Run, server: FakeServer, configured: str, edits: Editor
) -> None:
    overtake(server, configured, secrets={"TOKEN": "theirs"})
    answer = pvdify("config:edit", configured, EDITOR=edits('echo TOKEN=mine >> "$1"'))
    assert answer.exit_code == 5
    assert "Somebody else changed TOKEN too" in answer.stderr
    assert server.state.config[configured].sealed == {"TOKEN": "theirs"}


@pytest.mark.parametrize(("script", "value"), [("s/info/same/", "same"), ("/LEVEL/d", None)])
def test_the_same_change_by_somebody_else_leaves_nothing_to_keep(
    pvdify: Run,
    server: FakeServer,
    configured: str,
    tmp_path: Path,
    edits: Editor,
    script: str,
    value: str | None,
) -> None:
    overtake(server, configured, config={"LEVEL": value})
    answer = pvdify("config:edit", configured, EDITOR=edits(f'sed -i {script} "$1"'))
    assert answer.exit_code == 0
    assert answer.stdout == "Nothing changed in the config of myapp.\n"
    assert left(tmp_path) == []


def test_a_server_that_always_says_it_was_overtaken_is_not_asked_for_ever(
    pvdify: Run, server: FakeServer, configured: str, edits: Editor
) -> None:
    problem = json.dumps({"code": "precondition_failed", "detail": "No.", "status": 412})
    server.faults.answers["PUT", "/apps/myapp/config"] = (412, "application/problem+json", problem)
    answer = pvdify("config:edit", configured, EDITOR=edits('echo A=1 >> "$1"'))
    assert answer.exit_code == 5
    assert len(server.asked("PUT")) == 1
    assert kept(answer.stderr).read_text().endswith("A=1\n")


@pytest.mark.parametrize("script", [': > "$1"', 'echo > "$1"'])
def test_a_file_that_is_wholly_empty_is_given_up(
    pvdify: Run, server: FakeServer, configured: str, tmp_path: Path, edits: Editor, script: str
) -> None:
    answer = pvdify("config:edit", configured, EDITOR=edits(script))
    assert answer.exit_code == 0
    assert answer.stdout == "Nothing changed in the config of myapp.\n"
    assert "the file is empty, which gives it up. pvdify config:unset myapp KEY... unsets." in answer.stderr
    assert not server.asked("PUT")
    assert left(tmp_path) == []


def test_every_line_removed_but_the_heading_unsets_all(
    pvdify: Run, server: FakeServer, configured: str, edits: Editor
) -> None:
    assert pvdify("config:edit", configured, EDITOR=edits('sed -i /=/d "$1"')).exit_code == 0
    shown = server.state.config[configured].shown()
    assert (shown["config"], shown["secrets"]) == ({}, {"TOKEN": "v1"})


def test_no_room_for_the_file(pvdify: Run, server: FakeServer, configured: str, edits: Editor) -> None:
    editor_command = edits("true")
    os.rmdir(os.environ["TMPDIR"])
    answer = pvdify("config:edit", configured, EDITOR=editor_command)
    assert answer.exit_code == 2
    assert (
        "The file to edit can't be written: No such file or directory. Nothing is changed." in answer.stderr
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_file_is_removed_when_the_program_is_ended(
    server: FakeServer, configured: str, tmp_path: Path, edits: Editor, number: signal.Signals
) -> None:
    environment = {**os.environ, "PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token}
    environment["EDITOR"] = edits(f"touch {tmp_path}/open; exec sleep 30")
    command = [sys.executable, "-m", "pvdify", "config:edit", configured]
    # These tests may themselves run under nohup, whose children do not hear of SIGHUP.
    heard = lambda: signal.signal(number, signal.SIG_DFL)  # noqa: E731
    with subprocess.Popen(command, env=environment, preexec_fn=heard) as process:
        give_up = time.monotonic() + 20
        while not (tmp_path / "open").exists() and time.monotonic() < give_up:
            time.sleep(0.05)
        assert len(left(tmp_path)) == 1
        process.send_signal(number)
        assert process.wait(timeout=20) == 128 + number
    assert list((tmp_path / "tmp").iterdir()) == []

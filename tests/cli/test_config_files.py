"""`config:import` and `config:export`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer
from tests.cli.test_config import AWKWARD
from tests.cli.test_dotenv import KEYS, VALUES


@given(values=st.dictionaries(KEYS.map("K_{}".format), VALUES, max_size=5))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_exported_and_imported_is_the_same(
    pvdify: Run, server: FakeServer, app: str, values: dict[str, str]
) -> None:
    for form in ("dotenv", "json"):
        server.state.create({"name": "from"})
        server.state.create({"name": "to"})
        server.state.config["from"].change({"config": values, "secrets": {"TOKEN": "canary"}})
        exported = pvdify("config:export", "from", "--format", form).stdout_bytes
        assert pvdify("config:import", "to", "-", piped=exported).exit_code == 0
        assert server.state.config["to"].shown()["config"] == values
        assert server.state.config["to"].shown()["secrets"] == {}


def test_an_export_names_secrets_in_comments(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.config[app].change({"config": {"B": "two words", "A": "1"}, "secrets": {"TOKEN": "canary"}})
    assert pvdify("config:export", app).stdout == (
        "# Config of myapp, v1.\n"
        "A=1\n"
        "B='two words'\n"
        "# TOKEN is a secret, set in v1: only the host can read it.\n"
    )
    assert json.loads(pvdify("config:export", app, "--json").stdout) == {"A": "1", "B": "two words"}


def test_an_import_is_one_version_and_keeps_other_keys(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    server.state.config[app].change({"config": {"LEVEL": "info", "STAYS": "yes"}})
    (tmp_path / "app.env").write_bytes(
        b"\xef\xbb\xbf# settings\r\nexport LEVEL = debug # louder\r\nNAME='a b'\r\n"
    )
    answer = pvdify("config:import", app, "app.env", "--message", "from the old host")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[0] == "Setting LEVEL, NAME of myapp: v2, release 3, operation 3"
    assert server.asked("PUT")[0].body == {
        "config": {"LEVEL": "debug", "NAME": "a b"},
        "message": "from the old host",
    }
    assert server.state.config[app].shown()["config"] == {"LEVEL": "debug", "NAME": "a b", "STAYS": "yes"}


@pytest.mark.parametrize("form", ["dotenv", "json"])
def test_all_of_a_file_as_secrets(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path, form: str
) -> None:
    server.state.create({"name": "other"})
    server.state.config["other"].change({"config": AWKWARD})
    (tmp_path / "file").write_bytes(pvdify("config:export", "other", "--format", form).stdout_bytes)
    answer = pvdify("config:import", "-a", app, "file", "--secret", "--no-restart")
    assert answer.exit_code == 0
    assert server.asked("PUT")[0].body == {"secrets": AWKWARD, "restart": False}
    assert server.state.config[app].sealed == AWKWARD


def test_an_empty_standard_input_is_warned_of(pvdify: Run, app: str) -> None:
    answer = pvdify("config:import", app, "-", piped=b"")
    assert answer.exit_code == 0
    assert answer.stderr == "Warning: the standard input was empty, and so nothing is set.\n"
    assert answer.stdout.startswith("Nothing changed")


def test_a_file_without_variables_changes_nothing(pvdify: Run, app: str, tmp_path: Path) -> None:
    (tmp_path / "empty.env").write_text("# nothing yet\n")
    assert pvdify("config:import", app, "empty.env").stdout.startswith("Nothing changed")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("A=1\nhunter2", "my.env, line 2: a line is KEY=value"),
        ('{"A": 1, "B": "hunter2"}', "my.env: A is a number"),
    ],
)
def test_a_file_that_breaks_a_rule_changes_nothing(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "my.env").write_text(content)
    for name, piped in (("my.env", None), ("-", content.encode())):
        answer = pvdify("config:import", app, name, piped=piped)
        assert answer.exit_code == 2
        assert message.replace("my.env", "standard input" if piped else "my.env") in answer.stderr
        assert "hunter2" not in answer.output
    assert not server.requests


def test_a_file_that_is_not_there_or_not_named(pvdify: Run, app: str) -> None:
    answer = pvdify("config:import", app, "no.env")
    assert answer.exit_code == 2
    assert "no.env can't be read: No such file or directory." in answer.stderr
    assert "FILE is missing" in pvdify("config:import", "-a", app).stderr


@pytest.mark.parametrize("surroundings", [None, "myapp"])
def test_an_app_without_a_file_lacks_the_file(pvdify: Run, app: str, surroundings: str | None) -> None:
    answer = pvdify("config:import", app, PVDIFY_APP=surroundings)
    assert answer.exit_code == 2
    assert "FILE is missing." in answer.stderr


@pytest.mark.parametrize("name", ["production", "production.env", "-"])
def test_a_file_without_an_app_lacks_the_app(pvdify: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "production").write_text("A=1\n")
    answer = pvdify("config:import", name)
    assert answer.exit_code == 2
    assert "No app is named." in answer.stderr

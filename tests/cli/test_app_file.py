"""An app's file as people write it, and what is said where it is no good."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvdify.declared import app_file, yaml_text
from pvdify.errors import UsageError
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def read(path: Path, content: str | bytes) -> app_file.AppFile:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return app_file.read(str(path))


def test_a_field_without_a_value_counts_as_left_out(tmp_path: Path) -> None:
    found = read(tmp_path / "app.yaml", "name: myapp\nimage:\nresources:\n")
    assert found == app_file.AppFile("myapp", {"name": "myapp"}, has_history=False)


def test_what_looks_like_a_date_is_text(tmp_path: Path) -> None:
    found = read(tmp_path / "app.yaml", "name: myapp\nimage: 2026-01-05\n")
    assert found.definition["image"] == "2026-01-05"


@pytest.mark.parametrize(
    "history", ["[{version: v3, created: 2026-01-05T10:30:00Z}]", "[v1: {hash: abc}, v2: {hash: def}]"]
)
def test_an_export_s_history_is_passed_over(tmp_path: Path, history: str) -> None:
    found = read(tmp_path / "app.yaml", f"name: myapp\nenv_versions: {history}\ndomains: []\n")
    assert found == app_file.AppFile("myapp", {"name": "myapp", "domains": []}, has_history=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no app"),
        ("- myapp", "holds no app"),
        ("image: nginx", "name is missing"),
        ("name: on", "name: True is not text"),
        ("name: 5", "name: 5 is not text"),
        ("name: my.app", "'my.app' is not an app's name"),
        ("name: ../x", "'../x' is not an app's name"),
        ("name: myapp\nimgae: nginx", "no field 'imgae'. Did you mean image?"),
        ("name: myapp\nname: other", "line 2: the key 'name' comes twice"),
        ("name: myapp\nprocesses:\n  web: {}\n  'web': {}", "line 4: the key 'web' comes twice"),
        ("name: myapp\nprocesses: {on: {}}", "processes: the key True is not text"),
        ("name: myapp\nprocesses: {? [a] : b}", "unhashable key"),
        ("name: &a myapp\nimage: *a", "line 2: *a is an alias"),
        ("name: !!str myapp", "line 1: tag:yaml.org,2002:str is a tag"),
        ("name: !!python/object/apply:os.system [id]", "is a tag"),
        ("name: myapp\nresources: {cpu: .nan}", "resources.cpu: nan is no number"),
        ("name: myapp\nresources: {cpu: .inf}", "resources.cpu: inf is no number"),
        ("name: myapp\ndomains: [*.myapp.com]", "line 2: expected alphabetic"),
        ("name: myapp\n---\nname: other", "line 2: but found another document"),
        ("name: [", "line 1: "),
        ("name: 'myapp", "line 1: found unexpected end"),
        ("\tname: myapp", "line 1: found character '\\t'"),
        ("name: myapp\0", "is not YAML: unacceptable character"),
        ("bind_port: " + "9" * 5000, "a number that can't be read"),
        ("[" * 2000, "nested too deeply"),
        (b"name: \xff", "not UTF-8 text: see byte 7"),
        ("# " + "x" * 300_000, "more than 256 KiB"),
    ],
)
def test_what_is_no_app_s_file_is_said_in_one_line(
    pvdify: Run, server: FakeServer, tmp_path: Path, content: str | bytes, said: str
) -> None:
    (tmp_path / "app.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    answer = pvdify("apply", "-f", "app.yaml", "--yes")
    assert answer.exit_code == 2
    error, next_step = answer.stderr.splitlines()
    assert said in error
    assert error.startswith("Error: app.yaml")
    assert next_step.startswith("Next:  ")
    assert not server.requests


def test_a_file_that_is_not_there(pvdify: Run) -> None:
    answer = pvdify("apply", "-f", "nosuch.yaml")
    assert answer.exit_code == 2
    assert "nosuch.yaml can't be read: No such file or directory." in answer.stderr


@settings(max_examples=300)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"#,?%@`=<~.0_19e+\n \t\\x", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(UsageError):
        yaml_text.parse(text, "app.yaml")


values = st.recursive(
    st.booleans() | st.integers(-1000, 70_000) | st.floats(0, 4) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(values)
def test_what_is_written_is_read_again(value: Any) -> None:
    text = yaml_text.dump(value)
    assert text.isascii()
    assert yaml_text.parse(text, "app.yaml") == value

"""Which app a command is about."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.arguments.app_resolution import default_app, may_be_name, resolve
from pvdify.errors import UsageError
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
NEVER_NAMES = st.builds(
    lambda before, mark, after: before + mark + after, st.text(), st.sampled_from("=./ \n%?#\0"), st.text()
)


@given(NEVER_NAMES)
def test_what_holds_an_equals_sign_a_dot_or_a_url_character_is_never_an_app(argument: str) -> None:
    assert not may_be_name(argument)


@given(NAMES)
def test_every_name_the_server_takes_is_one(name: str) -> None:
    assert may_be_name(name)


@given(NAMES, st.none() | NAMES)
def test_the_first_argument_comes_before_the_default(name: str, default: str | None) -> None:
    assert resolve([name], None, default).app == name


@given(NAMES, st.lists(st.text(), max_size=1), st.none() | NAMES)
def test_with_the_option_every_argument_is_an_operand(
    name: str, arguments: list[str], default: str | None
) -> None:
    found = resolve(arguments, name, default, operands=1)
    assert (found.app, found.rest) == (name, tuple(arguments))


@given(NEVER_NAMES, NAMES)
def test_an_operand_that_is_no_name_leaves_the_app_to_the_default(operand: str, default: str) -> None:
    found = resolve([operand], None, default, operands=1)
    assert (found.app, found.rest) == (default, (operand,))


@given(st.lists(st.text(), max_size=4), st.none() | st.text(), st.integers(0, 2))
def test_no_argument_is_lost_and_nothing_but_a_usage_error_is_raised(
    arguments: list[str], option: str | None, operands: int
) -> None:
    try:
        found = resolve(arguments, option, None, operands=operands)
    except UsageError:
        return
    taken = () if option is not None or found.app is None else (found.app,)
    assert (*taken, *found.rest) == tuple(arguments)
    assert len(found.rest) <= operands


@pytest.mark.parametrize("arguments", [["one", "two"], ["x.y"], ["a=b"]])
def test_surplus_arguments_are_refused(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match="Unexpected argument"):
        resolve(arguments, None, "myapp")


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".pvdify").write_text("filed\n")
    assert default_app({"PVDIFY_APP": "named"}, tmp_path) == "named"
    assert default_app({"PVDIFY_APP": " "}, tmp_path) == "filed"


def test_the_nearest_file_upward_counts_by_its_first_line(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / ".pvdify").write_text(" outer \r\nsecond line\n")
    assert default_app({}, inner) == "outer"
    (tmp_path / "a" / ".pvdify").write_text("nearer")
    assert default_app({}, inner) == "nearer"


def test_a_directory_of_that_name_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".pvdify").mkdir()
    assert default_app({}, tmp_path) is None


def test_a_place_that_may_not_be_searched_has_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may search every place: the kernel's answer to others is given here."""
    look = os.stat

    def refused(path: Any, *arguments: Any, **keywords: Any) -> os.stat_result:
        if str(path).startswith(str(tmp_path / "private")):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return look(path, *arguments, **keywords)

    (tmp_path / ".pvdify").write_text("outer")
    monkeypatch.setattr(os, "stat", refused)
    assert default_app({}, tmp_path / "private") == "outer"


def test_a_directory_that_was_removed_has_no_file(
    pvdify: Run, app: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    answer = pvdify("apps:info")
    assert answer.exit_code == 2
    assert "No app is named." in answer.stderr
    assert pvdify("apps:info", PVDIFY_APP=app).exit_code == 0
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n", b"my app", b"../x", b"\xff\xfe", b"x" * 10_000])
def test_a_file_that_names_no_app_is_named_in_the_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".pvdify").write_bytes(content)
    with pytest.raises(UsageError, match="is not an app's name") as error:
        default_app({}, tmp_path)
    assert str(tmp_path / ".pvdify") in error.value.message


def test_no_app_at_all_says_where_to_name_one(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("ps")
    assert answer.exit_code == 2
    assert "No app is named." in answer.stderr
    assert "first argument, with -a APP, in PVDIFY_APP" in answer.stderr
    assert not server.requests


@pytest.mark.parametrize("name", ["../x", "..", "a/releases", "a\n", "a%2f", "", "a" * 300])
def test_no_name_leaves_its_place_in_the_url(pvdify: Run, server: FakeServer, name: str) -> None:
    assert pvdify("apps:info", f"--app={name}").exit_code == 2
    assert pvdify("apps:info", PVDIFY_APP=f"x{name}/").exit_code == 2
    assert not server.requests


def test_the_file_is_used(pvdify: Run, app: str, tmp_path: Path) -> None:
    (tmp_path / ".pvdify").write_text(f"{app}\n")
    assert pvdify("deploy").exit_code == 0
    assert "release         3" in pvdify("apps:info").stdout

"""What the host keeps in files of JSON, and what is said of one that somebody has spoilt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import environment, kept_file, names, record, under_way
from pvdifyd.host_program.answers import StepFailed

APP = "my-app"


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "CONFIGURATION", tmp_path)


def test_no_file_is_nothing() -> None:
    assert record.recorded(APP) is None
    assert under_way.under_way(APP) is None
    assert environment.kept(APP, 1) == environment.Environment()


def test_what_it_holds_is_made_into_what_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"a": 1}')
    assert kept_file.read(path, lambda held: held["a"]) == 1


@pytest.mark.parametrize(
    "text", ["", "{", "\x00\x00", "[]", "1", "null", "{}", '{"values": [], "secrets": 1}']
)
@pytest.mark.parametrize(
    ("path", "ask"),
    [
        (lambda: names.app_record(APP), lambda: record.recorded(APP)),
        (lambda: names.app_folder(APP) / "under-way.json", lambda: under_way.under_way(APP)),
        (lambda: names.environment_file(APP, 1), lambda: environment.kept(APP, 1)),
    ],
    ids=["record", "under way", "environment"],
)
def test_one_that_is_spoilt_is_named_and_left_as_it_is(path: Any, ask: Any, text: str) -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    path().write_text(text)
    with pytest.raises(StepFailed) as refused:
        ask()
    assert refused.value.code == "file_damaged"
    assert f"{path()} on the host is not as pvdify wrote it: " in refused.value.message
    assert "remove it and deploy the app" in refused.value.details["next_step"]
    assert path().read_text() == text


def test_a_key_that_nobody_could_have_set_is_damage_too() -> None:
    path = names.environment_file(APP, 1)
    path.parent.mkdir(parents=True)
    path.write_text('{"values": {"../A": ""}, "secrets": {}}')
    with pytest.raises(StepFailed) as refused:
        environment.kept(APP, 1)
    assert refused.value.code == "file_damaged"
    assert "../A" in refused.value.message

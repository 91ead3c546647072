"""What a host remembers of what is under way, and who goes on with it."""

from pathlib import Path

import pytest

from pvdifyd.host_program import under_way
from pvdifyd.host_program.changes import Changes
from pvdifyd.host_program.under_way import UNDOING, enter, leave

APP = "my-app"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(under_way, "app_folder", lambda app: tmp_path / app)
    return tmp_path / APP


def at(phase: str, operation: int = 7) -> float:
    """When what is under way began, as the phase that begins now is told."""
    return enter(phase, {"app": APP, "operation": operation, "units": 3}, Changes(check=False)).began


def test_an_operation_began_with_its_first_phase_and_goes_on_after_it_was_cut_off() -> None:
    began = at("stage")
    assert at("restart") == began
    assert at("stage") == began
    assert at("restart") == began


def test_another_operation_begins_anew() -> None:
    began = at("stage", 7)
    assert at("stage", 8) > began


def test_runs_by_hand_have_no_number_and_begin_with_their_first_phase() -> None:
    first = at("stage", 0)
    assert at("restart", 0) == first
    assert at("stage", 0) > first


def test_an_operation_that_was_cut_off_while_it_was_undone_begins_anew() -> None:
    began = at("stage")
    assert at(UNDOING) == began
    assert at("stage") > began


def test_nothing_is_left_of_what_has_come_to_its_end(folder: Path) -> None:
    at("stage")
    assert under_way.under_way(APP) is not None
    leave(APP, Changes(check=False))
    assert under_way.under_way(APP) is None
    assert list(folder.iterdir()) == []


def test_check_mode_leaves_no_note(folder: Path) -> None:
    enter("stage", {"app": APP}, Changes(check=True))
    assert not folder.exists()


def test_a_note_is_no_change() -> None:
    changes = Changes(check=False)
    enter("stage", {"app": APP}, changes)
    leave(APP, changes)
    assert not changes.changed

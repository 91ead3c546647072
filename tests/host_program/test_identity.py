"""The host's identity: made once, taken as an operator brings it, never overwritten; and its rotation."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pvdifyd.host_program import identity
from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.changes import Changes

pytestmark = pytest.mark.root  # the identity's owner must be root


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "identity.txt"
    monkeypatch.setattr(identity, "IDENTITY", file)
    return file


def ensure(*, check: bool = False) -> Changes:
    changes = Changes(check)
    identity.ensure(changes)
    return changes


def recipients(file: Path) -> list[str]:
    told = subprocess.run(["age-keygen", "-y", file], capture_output=True, text=True, check=True)
    return told.stdout.split()


def test_one_is_made_where_there_is_none_for_root_alone(file: Path) -> None:
    assert ensure().changed
    assert file.stat().st_mode & 0o777 == 0o600
    assert identity.recipient().startswith("age1")


def test_one_that_is_there_stays(file: Path) -> None:
    subprocess.run(["age-keygen", "-o", file], capture_output=True, check=True)
    brought = file.read_bytes()
    assert not ensure().changed
    assert file.read_bytes() == brought


def test_one_that_others_could_read_is_closed_to_them(file: Path) -> None:
    ensure()
    file.chmod(0o644)
    brought = file.read_bytes()
    assert ensure().changed
    assert (file.stat().st_mode & 0o777, file.read_bytes()) == (0o600, brought)


def test_one_that_was_brought_back_too_readable_is_closed_before_it_is_used(file: Path) -> None:
    ensure()
    file.chmod(0o644)
    identity.assert_there()
    assert file.stat().st_mode & 0o777 == 0o600


def test_check_mode_makes_none_and_shows_none(file: Path) -> None:
    changes = ensure(check=True)
    assert changes.changed
    assert not file.exists()
    assert "SECRET" not in str(changes.diff)


def test_what_is_no_identity_is_never_overwritten(file: Path) -> None:
    file.write_text("the operator's notes\n")
    with pytest.raises(StepFailed) as refused:
        ensure()
    assert refused.value.code == "identity_invalid"
    assert file.read_text() == "the operator's notes\n"


def test_a_missing_one_is_named_with_what_to_do(file: Path) -> None:
    with pytest.raises(StepFailed) as refused:
        identity.recipient()
    assert refused.value.code == "identity_missing"
    assert str(file) in refused.value.message
    assert "/etc/pvdify/identity.txt" in refused.value.details["next_step"]


def test_a_rotation_keeps_the_one_before_until_its_end(file: Path) -> None:
    ensure()
    before = identity.recipient()
    new = identity.begin_rotation()
    assert recipients(file) == [new, before]
    identity.end_rotation(new, Changes(check=False))
    assert recipients(file) == [new]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_rotation_that_was_cut_off_goes_on_with_the_same(file: Path) -> None:
    ensure()
    new = identity.begin_rotation()
    assert identity.begin_rotation() == new
    assert len(recipients(file)) == 2


def test_the_end_of_a_rotation_can_be_repeated_and_is_refused_for_another(file: Path) -> None:
    ensure()
    before = identity.recipient()
    new = identity.begin_rotation()
    with pytest.raises(StepFailed) as refused:
        identity.end_rotation(before, Changes(check=False))
    assert refused.value.code == "identity_changed"
    assert len(recipients(file)) == 2
    identity.end_rotation(new, Changes(check=False))
    again = Changes(check=False)
    identity.end_rotation(new, again)
    assert not again.changed


def test_what_an_operator_keeps_in_one_file_is_no_rotation(file: Path) -> None:
    made = [
        subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout for _ in range(2)
    ]
    file.write_text("".join(made))
    file.chmod(0o600)
    kept = recipients(file)
    identity.end_rotation(kept[0], Changes(check=False))
    assert recipients(file) == kept

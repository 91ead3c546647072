"""A rotation: what the host keeps of its tunnel's credentials is encrypted for the new identity too."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import identity, names, program
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

"""A credential is kept for the key that its host has then, whatever was rotated between encrypting and keeping."""

from __future__ import annotations

from pathlib import Path

import pytest

from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Host, RegistryCredential
from pvdifyd.operations.registries.sign_in import SignIn, encrypt, keep
from tests.api.age_identity import Identity

ASKED = SignIn("ghcr.io", "acme", "p4ss")


def test_a_key_that_came_in_between_is_the_one_it_is_encrypted_for(prepared: Host, tmp_path: Path) -> None:
    encrypted = encrypt(ASKED)
    new = Identity.made_in(tmp_path)
    Host.update(recipient=new.recipient).execute()
    row = keep(ASKED, encrypted, "tester")
    assert row.recipient == new.recipient
    assert new.read(row.document)["password"] == "p4ss"


def test_a_host_that_came_in_between_gets_it_too(prepared: Host, identity: Identity) -> None:
    encrypted = encrypt(ASKED)
    Host.create(name="another", recipient=identity.recipient)
    keep(ASKED, encrypted, "tester")
    assert sorted(row.host.name for row in RegistryCredential.select()) == ["another", "demo"]


def test_an_app_that_went_in_between_is_not_brought_back(prepared: Host) -> None:
    app = App.create(name="myapp", environment="production", host=prepared, processes={}, bind_port=3000)
    asked = SignIn("ghcr.io", "acme", "p4ss", "myapp")
    encrypted = encrypt(asked)
    App.update(removing=True).where(App.id == app.id).execute()
    with pytest.raises(ConflictError, match="being removed"):
        keep(asked, encrypted, "tester")
    assert RegistryCredential.select().count() == 0


def test_a_password_is_not_in_what_python_shows() -> None:
    assert "p4ss" not in repr(ASKED)

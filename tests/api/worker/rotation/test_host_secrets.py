"""The secrets of a host itself are encrypted anew with everything else."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.models import Host, HostSecret
from pvdifyd.operations import recipients
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import FakeEngine
from tests.api.fake_key import FIRST, document, recipient_of


@pytest.fixture
def secrets(api: Api, host: Host) -> list[HostSecret]:
    Host.update(recipient=FIRST).execute()
    return [
        HostSecret.create(
            host=host, name=name, document=document(FIRST, host="demo", name=name), recipient=FIRST
        )
        for name in ("cloudflare_token", "tunnel_credentials")
    ]


def test_a_rotation_brings_them_to_the_new_key(
    api: Api, secrets: Any, worker: RunningWorker, engine: FakeEngine
) -> None:
    assert api.wait(api.ok("POST", "/hosts/demo/secrets/rotate")["id"])["status"] == "succeeded"
    new = Host.get().recipient
    assert new != FIRST
    for row in HostSecret.select():
        assert row.recipient == recipient_of(row.document) == new
    sent = engine.runs[0].document["rotation"]["documents"]
    assert [one["bound"] for one in sent] == [
        {"host": "demo", "name": "cloudflare_token"},
        {"host": "demo", "name": "tunnel_credentials"},
    ]


def test_another_key_than_theirs_is_warned_of(secrets: Any) -> None:
    said = " ".join(recipients.keep(Host.get(), "age1another"))
    assert "the cloudflare token of demo, the tunnel credentials of demo" in said
    assert "pvdify edge:set cloudflare" in said

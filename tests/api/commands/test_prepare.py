"""Preparing a host: its recipient is kept, and said."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.commands import prepare
from pvdifyd.errors import UnavailableError
from pvdifyd.models import Host
from pvdifyd.settings import Settings
from tests.api.fake_engine import Failure, Outcome

RECIPIENT = "age1" + "q" * 58


def ends_with(monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> None:
    def run(playbook: str, document: dict[str, Any], **options: Any) -> Outcome:
        assert (playbook, list(document["hosts"])) == ("host", ["demo"])
        return outcome

    monkeypatch.setattr(prepare.engine, "run", run)


def test_the_recipient_that_the_host_told_is_kept_and_said(
    host: Host, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends_with(monkeypatch, Outcome(True, False, None, {"identity": {"recipient": RECIPIENT}}))
    prepare.prepare_host(host, settings)
    assert Host.get().recipient == RECIPIENT
    assert capsys.readouterr().out.splitlines()[1:] == [
        "demo is ready; nothing had to be changed",
        f"secrets for demo are encrypted for {RECIPIENT}",
    ]


def test_one_that_told_none_is_ready_all_the_same(
    host: Host, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, Outcome(True, True, None, {}))
    prepare.prepare_host(host, settings)
    assert Host.get().recipient is None


def test_where_it_fails_the_recipient_stays(
    host: Host, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = Failure("identity_invalid", "It holds no identity.", "identity", {"next_step": "Put it back."})
    ends_with(monkeypatch, Outcome(False, True, failure, {"identity": {"recipient": RECIPIENT}}))
    with pytest.raises(UnavailableError, match=r"Put it back.*host prepare demo"):
        prepare.prepare_host(host, settings)
    assert Host.get().recipient is None

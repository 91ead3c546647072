"""start: what must end before it can start anew has its time for that."""

from __future__ import annotations

from pathlib import Path

import pytest

from pvdifyd.host_program import names, program
from tests.host_program.steps.releases import APP, FIRST_PORT, Host, request

WARM_PORT = 20100


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_a_warm_release_with_other_limits_drains_and_ends_in_its_own_time(host: Host) -> None:
    """A client may have a stream open there, from before the switch."""
    warm = host.staged(1, port=WARM_PORT, web=1)[0]
    host.serving(2, web=1)
    host.systemd.up(warm.unit)
    host.said.clear()

    said = program.answer("start", request(1, web=1))

    assert not said["failed"], said
    assert host.said == [
        f"drain [{WARM_PORT}] for 20 s",
        f"stop {warm.unit} within 360 s",
        f"start {warm.unit}",
    ]


def test_a_warm_release_that_is_as_it_was_stays_up(host: Host) -> None:
    warm = host.staged(1, port=WARM_PORT, web=1)[0]
    host.serving(2, web=1)
    template = names.quadlet(APP, "web", 1)
    host.systemd.up(warm.unit, started=template.stat().st_mtime + 1)
    host.said.clear()
    assert not program.answer("start", request(1, web=1))["changed"]
    assert host.said == []


def test_what_starts_is_waited_for(host: Host) -> None:
    host.systemd.crashing = {one.unit for one in host.staged(1, port=FIRST_PORT, web=1)}
    assert program.answer("start", request(1, web=1))["code"] == "release_crashed"

"""discard: a release that failed goes, and nothing that serves goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pvdifyd.host_program import names, program
from pvdifyd.host_program.names import Instance
from pvdifyd.host_program.proxy_file import Server
from tests.host_program.steps.releases import APP, FIRST_PORT, Host, request


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_the_first_release_of_an_app_takes_the_app_with_it(host: Host) -> None:
    (failed,) = host.staged(1, web=1)
    host.systemd.crash(failed.unit)
    assert not program.answer("discard", request(1, web=1))["failed"]
    assert host.systemd.units == {}
    assert not names.app_folder(APP).exists()
    assert not names.quadlet(APP, "web", 1).exists()


@pytest.mark.parametrize("counts", [{"web": 2, "worker": 1}, {"worker": 1}])
def test_without_its_record_what_serves_stays_when_a_deploy_fails(host: Host, counts: dict[str, int]) -> None:
    """``file_damaged`` says to remove the record and deploy."""
    serving = host.serving(1, **counts)
    routed = names.proxy_file(APP).read_text() if "web" in counts else None
    names.app_record(APP).unlink()
    failed = host.staged(2, port=20100, **counts)
    for one in failed:
        host.systemd.crash(one.unit)

    assert not program.answer("discard", request(2, **counts))["failed"]

    assert host.systemd.running_instances(APP) == sorted(serving)
    for process in counts:
        assert (names.UNITS / names.group_unit(APP, process)).exists()
        assert names.quadlet(APP, process, 1).exists()
        assert not names.quadlet(APP, process, 2).exists()
    assert (names.proxy_file(APP).read_text() if routed is not None else None) == routed
    assert host.proxy.enabled(f"pvdify-{APP}") == ({"web1", "web2"} if routed is not None else set())
    assert not (names.app_folder(APP) / "under-way.json").exists()


def test_without_its_record_no_request_goes_to_ports_that_others_get(host: Host) -> None:
    host.serving(1, web=1)
    names.app_record(APP).unlink()
    for one in host.staged(2, port=20100, web=1):
        host.systemd.up(one.unit)
    assert not program.answer("route", request(2, web=1))["failed"]
    assert not program.answer("discard", request(2, web=1))["failed"]
    assert not names.proxy_file(APP).exists()


@pytest.mark.parametrize("wanted", [(2, {"web": 1}), (1, {"web": 1, "worker": 2})], ids=["deploy", "scale"])
def test_who_answers_alone_since_a_restart_failed_goes_on(
    host: Host, wanted: tuple[int, dict[str, int]]
) -> None:
    (only,) = host.serving(1, web=1)
    host.systemd.crashing = {only.unit}
    assert program.answer("restart", {**request(), "process": None, "instance": None})["failed"]
    units, counts = wanted
    host.staged(units, port=20100 if units == 2 else FIRST_PORT, **counts)

    said = program.answer("discard", request(units, **counts))

    assert not said["failed"], said
    spare = Instance(APP, "web", 1, 2)
    assert spare in host.systemd.running_instances(APP)
    assert host.proxy.servers(f"pvdify-{APP}")["web2"] == Server("web2", FIRST_PORT + 1)
    assert names.port_file(spare).exists()

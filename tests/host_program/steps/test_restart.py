"""restart: where it fails, nobody stays who only stepped in, but for one that answers in web's place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import names, program, under_way
from pvdifyd.host_program.names import Instance
from pvdifyd.host_program.steps import restart
from tests.host_program.steps.releases import APP, FIRST_PORT, Host, request

SPARE_PORT = FIRST_PORT + 1


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def spare(process: str, number: int = 2) -> Instance:
    return Instance(APP, process, 1, number)


def restarted(process: str | None = None, **more: Any) -> dict[str, Any]:
    return program.answer("restart", {**request(), "process": process, "instance": None, **more})


def test_the_only_one_has_a_spare_that_leaves_again(host: Host) -> None:
    (only,) = host.serving(1, web=1)
    said = restarted()
    assert not said["failed"], said
    assert host.systemd.running_instances(APP) == [only]
    assert host.proxy.enabled(f"pvdify-{APP}") == {"web1"}
    assert not names.port_file(spare("web")).exists()
    assert under_way.under_way(APP) is None


def test_while_web_is_down_its_spare_answers_and_is_named(host: Host) -> None:
    (only,) = host.serving(1, web=1)
    host.systemd.crashing = {only.unit}
    said = restarted()
    assert said["code"] == "release_crashed"
    assert "web.2 answers in its place" in said["details"]["next_step"]
    assert host.systemd.states([spare("web").unit])[spare("web").unit].running
    assert "web2" in host.proxy.enabled(f"pvdify-{APP}")
    assert under_way.under_way(APP) is None


def test_it_stays_when_something_else_restarts_and_goes_when_web_is_back(host: Host) -> None:
    only = host.serving(1, web=1, worker=1)[0]
    host.systemd.crashing = {only.unit}
    restarted("web")
    assert not restarted("worker")["failed"]
    assert spare("web") in host.systemd.running_instances(APP)
    assert "web2" in host.proxy.enabled(f"pvdify-{APP}")
    host.systemd.crashing = set()
    assert not restarted("web")["failed"]
    assert spare("web") not in host.systemd.running_instances(APP)
    assert host.proxy.enabled(f"pvdify-{APP}") == {"web1"}


def test_the_spare_of_another_type_leaves_where_it_fails(host: Host) -> None:
    worker = host.serving(1, web=1, worker=1)[1]
    host.systemd.crashing = {worker.unit}
    said = restarted("worker")
    assert said["code"] == "release_crashed"
    assert "in its place" not in said["details"]["next_step"]
    assert spare("worker") not in host.systemd.loaded_instances(APP)
    assert under_way.under_way(APP) is None


def test_the_spare_stays_where_the_proxy_would_refuse_the_one_it_stands_for(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    (only,) = host.serving(1, web=1)
    # It is up, and what is asked of it afterwards fails.
    answered = restart._wait_for_proxy

    def refused(*given: Any) -> None:
        host.proxy.refused = {FIRST_PORT}
        answered(*given)

    monkeypatch.setattr(restart, "_wait_for_proxy", refused)
    said = restarted()
    assert said["code"] == "proxy_unhealthy"
    assert "web.2 answers in its place" in said["details"]["next_step"]
    assert host.systemd.running_instances(APP) == [only, spare("web")]
    assert host.proxy.enabled(f"pvdify-{APP}") == {"web1", "web2"}, "the proxy's own check decides"


def test_a_spare_that_the_proxy_would_refuse_leaves_at_once_and_the_other_is_not_touched(host: Host) -> None:
    (only,) = host.serving(1, web=1)
    host.proxy.refused = {SPARE_PORT}
    assert restarted()["code"] == "proxy_unhealthy"
    assert host.systemd.running_instances(APP) == [only]
    assert f"restart {only.unit}" not in host.said


def test_one_that_is_refused_ends_the_restart_before_the_next(host: Host) -> None:
    first, second = host.serving(1, web=2)
    host.proxy.refused = {FIRST_PORT}
    assert restarted()["code"] == "proxy_unhealthy"
    assert f"restart {first.unit}" in host.said
    assert f"restart {second.unit}" not in host.said


def test_one_that_another_undoes_leaves_its_note(host: Host) -> None:
    """``restore`` tells from it which instances it has to restart once more."""
    second = host.serving(1, web=2)[1]
    host.systemd.crashing = {second.unit}
    assert restarted(undone=True)["failed"]
    assert under_way.under_way(APP) is not None
    host.systemd.crashing, host.said[:] = set(), []
    assert not restarted(undo=True)["failed"]
    assert f"restart {second.unit}" in host.said
    assert under_way.under_way(APP) is None

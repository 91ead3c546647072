"""The switch: nothing of it happens before who joins has answered as the proxy will ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from pvdifyd.host_program import names, program
from tests.host_program.steps.releases import APP, FIRST_PORT, Host, request

NEW_PORT = 20100


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_who_would_be_refused_gets_no_request_and_those_before_keep_theirs(host: Host) -> None:
    host.serving(1, web=2)
    before, servers = names.proxy_file(APP).read_text(), host.proxy.servers(f"pvdify-{APP}")
    host.staged(2, port=NEW_PORT, web=2)
    host.proxy.refused = {NEW_PORT + 1}

    said = program.answer("route", request(2, web=2))

    assert (said["code"], said["details"]["next_step"]) == ("proxy_unhealthy", "Answer.")
    assert names.proxy_file(APP).read_text() == before
    assert host.proxy.servers(f"pvdify-{APP}") == servers
    assert host.said == []


def test_who_answers_gets_the_requests(host: Host) -> None:
    host.serving(1, web=2)
    host.staged(2, port=NEW_PORT, web=2)
    said = program.answer("route", request(2, web=2))
    assert (said["failed"], said["how"]) == (False, "runtime")
    ports = {one.port for one in host.proxy.servers(f"pvdify-{APP}").values() if one.enabled}
    assert ports == {NEW_PORT, NEW_PORT + 1}


def test_the_first_release_of_an_app_is_asked_too(host: Host) -> None:
    host.staged(1, web=1)
    host.proxy.refused = {FIRST_PORT}
    assert program.answer("route", request(1, web=1))["code"] == "proxy_unhealthy"
    assert not names.proxy_file(APP).exists()


def test_one_that_is_refused_already_keeps_nobody_from_joining(host: Host) -> None:
    host.serving(1, web=2)
    host.proxy.refused = {FIRST_PORT}
    host.staged(1, web=3)
    assert not program.answer("route", request(1, web=3))["failed"]
    assert host.proxy.enabled(f"pvdify-{APP}") == {"web1", "web2", "web3"}

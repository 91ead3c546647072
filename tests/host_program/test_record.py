"""What a host remembers of an app: which instances should run, and how the proxy should reach them."""

import json
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import names
from pvdifyd.host_program.changes import Changes
from pvdifyd.host_program.names import Instance, port_file
from pvdifyd.host_program.quadlets import port_text
from pvdifyd.host_program.record import AppRecord, recorded

REQUEST: dict[str, Any] = {
    "app": "my-app",
    "release": 7,
    "units": 5,
    "address": "127.0.0.1",
    "port": 3000,
    "healthcheck": None,
    "processes": {
        "web": {"command": None, "count": 2, "overlap": True},
        "scheduler": {"command": ["tick"], "count": 1, "overlap": False},
        "worker": {"command": ["work"], "count": 0, "overlap": True},
    },
    "stopped": {"worker": 3},
    "stop_timeout": 12,
}


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(names, "CONFIGURATION", tmp_path)
    return tmp_path


def web(number: int) -> Instance:
    return Instance("my-app", "web", 5, number)


def with_ports(*numbers: int) -> None:
    for number in numbers:
        Changes(check=False).write(port_file(web(number)), port_text(20000 + number))


def test_it_is_read_back_as_it_was_written() -> None:
    record = AppRecord.wanted(REQUEST, standby=4)
    record.write(Changes(check=False))
    assert recorded("my-app") == record
    assert record.alone == ["scheduler"]
    assert record.stopped == {"worker": 3}
    assert record.stop_timeout == 12


def test_one_of_another_version_can_be_read(configuration: Path) -> None:
    path = names.app_record("my-app")
    path.parent.mkdir(parents=True)
    old = {"app": "my-app", "release": 1, "units": 1, "standby": None, "address": "127.0.0.1", "port": 3000}
    path.write_text(json.dumps({**old, "path": None, "counts": {"web": 1}, "of_a_later_version": True}))
    found = recorded("my-app")
    assert found is not None
    assert found.instances() == [Instance("my-app", "web", 1, 1)]
    assert found.stopped == {}


def test_what_is_stopped_has_no_instances() -> None:
    record = AppRecord.wanted(REQUEST, standby=None)
    assert [one.label for one in record.instances()] == ["scheduler.1", "web.1", "web.2"]


def test_who_is_restarted_gets_no_request_and_who_steps_in_does() -> None:
    with_ports(1, 2, 3)
    record = AppRecord.wanted(REQUEST, standby=None)
    route = record.route(more=[web(3)], without=[web(1)])
    assert route is not None
    assert [(server.name, server.port, server.enabled) for server in route.servers] == [
        ("web1", 20001, False),
        ("web2", 20002, True),
        ("web3", 20003, True),
    ]


def test_an_app_with_no_web_has_no_route() -> None:
    without_web = {**REQUEST, "processes": {"worker": REQUEST["processes"]["worker"]}}
    assert AppRecord.wanted(without_web, standby=None).route() is None


def test_releases_of_web_overlap_whatever_is_asked() -> None:
    web_alone = {"web": {"command": None, "count": 1, "overlap": False}}
    assert AppRecord.wanted({**REQUEST, "processes": web_alone}, standby=None).alone == []

"""What the API's account may ask of a host through the worker: to read, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pvdifyd.models import Host
from pvdifyd.reading.server import ReadError
from pvdifyd.worker.host_reader import HostReader
from tests.api.fake_engine import FakeEngine


@pytest.mark.parametrize(
    "request_",
    [
        {"step": "remove", "app": "myapp", "stop_timeout": 1},
        {"step": "ps", "app": "../../.."},
        {"step": "ps", "app": "myapp", "more": 1},
        {"step": "ps"},
        {"step": "capacity", "host": "other"},
        {"step": "restart", "app": "myapp"},
        {"step": "free_port", "start": 3000, "end": "x", "exclude": []},
        {"step": "free_port", "start": 3000, "end": 3001, "exclude": ["; id"]},
        {},
    ],
)
def test_only_well_formed_questions_reach_a_host(tmp_path: Path, request_: dict[str, Any]) -> None:
    engine = FakeEngine()
    with pytest.raises(ReadError) as refused:
        HostReader(engine, tmp_path).read("local", request_)
    assert refused.value.code == "host_refused"
    assert engine.reads == []


def test_a_host_may_be_asked_how_large_it_is(tmp_path: Path, host: Host) -> None:
    engine = FakeEngine(capacity={"memory": 1024, "cpus": 2})
    assert HostReader(engine, tmp_path).read("demo", {"step": "capacity"}) == {"memory": 1024, "cpus": 2}

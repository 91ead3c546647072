"""What runs now, as the host tells it."""

from __future__ import annotations

from pvdifyd.models import Release
from pvdifyd.operations import show
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import FakeEngine


def test_instances_are_read_from_the_host(api: Api, worker: RunningWorker) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    assert api.ok("GET", "/apps/myapp/ps") == [
        {
            "process": "web",
            "instance": 1,
            "release": 1,
            "state": "healthy",
            "since": "2026-01-05T10:30:00.000Z",
            "restarts": 0,
            "role": "current",
            "unit": "pvdify-myapp-web-v1@1.service",
            "memory": 12582912,
            "cpu": 1.5,
            "reason": None,
        }
    ]


def test_a_host_that_is_down_is_said_to_be(api: Api, worker: RunningWorker, engine: FakeEngine) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    engine.unreachable = True
    answer = api("GET", "/apps/myapp/ps")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "host_unreachable")
    assert "connection refused" in answer.get_json()["detail"]


def test_without_a_worker_nothing_can_be_read(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    answer = api("GET", "/apps/myapp/ps")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "reader_unavailable")


def test_after_a_rollback_the_units_of_the_old_release_run_the_new_one() -> None:
    releases = [Release(version=1, units=1), Release(version=2, units=2), Release(version=3, units=1)]
    shown = show.instances([{"release": 1}, {"release": 2}, {"release": 9}], releases)
    assert [one["release"] for one in shown] == [3, 2, 9]

"""One operation at a time for an app, in order; apps side by side; nobody claims twice."""

from __future__ import annotations

import threading

from pvdifyd.models import App, Event, Host, Operation, Release, connected
from pvdifyd.models.operation import QUEUED, RUNNING, SUCCEEDED
from pvdifyd.operations.deploy import request_deploy
from pvdifyd.worker.claim import claim, next_in_line


def queued(host: Host, *names: str) -> list[int]:
    for port, name in enumerate(sorted(set(names)), 3000):
        if App.get_or_none(App.name == name) is None:
            App.create(name=name, environment="production", host=host, processes={}, bind_port=port)
    return [request_deploy(name, "nginx", "tester")[1].id for name in names]


def test_a_claimed_operation_runs_and_its_release_deploys(host: Host) -> None:
    (number,) = queued(host, "a")
    operation = claim(number)
    assert operation is not None
    assert operation.status == RUNNING
    assert operation.started_at
    assert Release.get().status == "deploying"
    assert [event.status for event in Event.select()] == [QUEUED, RUNNING]


def test_an_app_is_worked_on_once_at_a_time_and_in_order(host: Host) -> None:
    first, second, other = queued(host, "a", "a", "b")
    assert claim(second) is None
    assert claim(first) is not None
    assert claim(first) is None
    assert claim(second) is None
    assert claim(other) is not None
    Operation.update(status=SUCCEEDED).where(Operation.id == first).execute()
    assert claim(second) is not None


def test_next_in_line_is_the_oldest_of_each_idle_app(host: Host) -> None:
    a1, _, b1, c1 = queued(host, "a", "a", "b", "c")
    assert next_in_line() == [a1, b1, c1]
    claim(a1)
    assert next_in_line() == [b1, c1]


def test_of_many_who_try_one_succeeds(host: Host) -> None:
    (number,) = queued(host, "a")
    won: list[bool] = []
    barrier = threading.Barrier(8)

    def attempt() -> None:
        connected()
        barrier.wait(10)
        won.append(claim(number) is not None)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(won) == [False] * 7 + [True]


def test_what_does_not_exist_is_not_claimed(database: None) -> None:
    assert claim(12345) is None

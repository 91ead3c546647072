"""One operation at a time for an app, in order; apps side by side, but for rotations; nobody claims twice."""

from __future__ import annotations

import threading

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pvdifyd.models import App, Domain, Event, Host, Operation, Release, connected
from pvdifyd.models.operation import DESTROY, DOMAINS, EDGE, QUEUED, RUNNING, SUCCEEDED
from pvdifyd.operations.deploy import request_deploy
from pvdifyd.operations.rotate import request_rotate
from pvdifyd.worker.claim import claim, next_in_line


def queued(host: Host, *names: str) -> list[int]:
    for port, name in enumerate(sorted(set(names)), 3000 + App.select().count()):
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


def test_a_rotation_is_claimed_when_nothing_of_before_is_open(prepared: Host) -> None:
    first, other = queued(prepared, "a", "b")
    rotation = request_rotate("demo", "tester").id
    assert next_in_line() == [first, other]
    assert claim(first) is not None
    assert claim(rotation) is None, "one runs, and one waits"
    assert claim(other) is not None
    for number in (first, other):
        assert claim(rotation) is None
        assert next_in_line() == []
        Operation.update(status=SUCCEEDED).where(Operation.id == number).execute()
    assert next_in_line() == [rotation]
    assert claim(rotation) is not None


def test_nothing_is_claimed_before_an_earlier_rotation_has_ended(prepared: Host) -> None:
    rotation = request_rotate("demo", "tester").id
    (later,) = queued(prepared, "a")
    again = request_rotate("demo", "tester").id
    assert next_in_line() == [rotation]
    assert claim(later) is None
    assert claim(rotation) is not None
    assert claim(later) is claim(again) is None
    # Its worker ends, and it waits again, with what came after it behind it.
    Operation.update(status=QUEUED).where(Operation.id == rotation).execute()
    assert next_in_line() == [rotation]
    assert claim(later) is None
    Operation.update(status=SUCCEEDED).where(Operation.id == rotation).execute()
    assert next_in_line() == [later]


def test_what_tells_a_host_its_routes_is_alone_on_that_host(host: Host) -> None:
    second = Host.create(name="web2", connection="local", bind_address="127.0.0.1")
    queued(host, "a", "b")
    queued(second, "c")
    Operation.update(status=SUCCEEDED).execute()
    a, b, c, here, there = (
        Operation.create(
            kind=kind, app=app, app_name=app.name if app else "", arguments=arguments, created_by="tester"
        ).id
        for kind, app, arguments in [
            *((DOMAINS, App.get(App.name == name), {"domains": []}) for name in ("a", "b", "c")),
            (EDGE, None, {"host": "demo"}),
            (EDGE, None, {"host": "web2"}),
        ]
    )
    assert claim(a) is not None
    assert claim(b) is claim(here) is None
    assert claim(c) is not None
    assert claim(there) is None
    assert next_in_line() == []
    Operation.update(status=SUCCEEDED).where(Operation.id == a).execute()
    assert next_in_line() == [b]
    assert claim(b) is not None
    assert claim(here) is None


def test_with_an_edge_what_tells_routes_takes_turns_as_it_was_asked_for(host: Host) -> None:
    second = Host.create(name="web2", connection="local", bind_address="127.0.0.1")
    queued(host, "a", "b")
    queued(second, "c")
    Operation.update(status=SUCCEEDED).execute()
    Domain.create(app=App.get(App.name == "b"), name="b.example.com", created_by="tester")
    before, edge, after, destroy, elsewhere = (
        Operation.create(
            kind=kind, app=app, app_name=app.name if app else "", arguments=arguments, created_by="tester"
        ).id
        for kind, app, arguments in [
            (DOMAINS, App.get(App.name == "a"), {"domains": []}),
            (EDGE, None, {"host": "demo"}),
            (DOMAINS, App.get(App.name == "a"), {"domains": []}),
            (DESTROY, App.get(App.name == "b"), None),
            (DOMAINS, App.get(App.name == "c"), {"domains": []}),
        ]
    )
    assert next_in_line() == [before, elsewhere]
    assert claim(edge) is None, "what waits for its app may take a record away at the tunnel of now"
    assert claim(before) is not None
    Operation.update(status=SUCCEEDED).where(Operation.id == before).execute()
    assert claim(after) is claim(destroy) is None, "the edge waits, and comes first"
    assert next_in_line() == [edge, elsewhere]
    assert claim(edge) is not None
    Operation.update(status=SUCCEEDED).where(Operation.id == edge).execute()
    assert next_in_line() == [after, destroy, elsewhere]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.sampled_from(["a", "b", "rotate"]), max_size=8), picks=st.lists(st.integers(0, 7)))
def test_whoever_claims_in_whatever_order(prepared: Host, asked: list[str], picks: list[int]) -> None:
    """Workers try operations as they like, and one of what runs ends where none could be claimed."""
    Operation.delete().execute()
    names = {request_anything(prepared, one): one for one in asked}
    open_ = list(names)
    running: list[int] = []
    for pick in [*picks, *range(8)] * 8:
        if pick < len(open_) and open_[pick] not in running and claim(open_[pick]) is not None:
            running.append(open_[pick])
        elif running:
            ended = running.pop(0)
            open_.remove(ended)
            Operation.update(status=SUCCEEDED).where(Operation.id == ended).execute()
        for one in running:
            others = [names[other] for other in running if other != one]
            assert names[one] not in others
            if names[one] == "rotate":
                assert not others
                assert all(other >= one for other in open_), "everything before it has ended"
            assert not [other for other in open_ if other < one and names[other] == "rotate"]
    assert open_ == [], "nobody waits forever"


def request_anything(host: Host, name: str) -> int:
    return request_rotate("demo", "tester").id if name == "rotate" else queued(host, name)[0]

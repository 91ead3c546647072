"""Too many requests: a short pause is sat out, a long one is told of, and nothing is done twice."""

from __future__ import annotations

import json
import time

import pytest

from pvdify.api import pauses
from tests.cli.at_terminal import AtTerminal
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

PROBLEM = {
    "code": "too_many_requests",
    "status": 429,
    "detail": "The token ci asks too often: 600 requests a minute may be made. Come back in {} s.",
}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, each of no time."""
    made: list[float] = []
    monkeypatch.setattr(pauses.time, "sleep", made.append)
    return made


def refuse(server: FakeServer, method: str, path: str, wait: str, times: int) -> None:
    """Answer so many requests with 429, and the rest as usual."""
    problem = {**PROBLEM, "detail": PROBLEM["detail"].format(wait)}  # type: ignore[attr-defined]
    server.faults.answers[method, path] = (429, "application/problem+json", json.dumps(problem))
    server.faults.retry_after = wait
    before = len(server.requests)

    def look() -> None:
        if len(server.requests) - before > times:
            server.faults.answers.clear()

    server.faults.before_answer = look


@pytest.mark.parametrize("wait", ["1", "10", "0"])
def test_a_short_pause_is_sat_out(
    pvdify: Run, server: FakeServer, app: str, slept: list[float], wait: str
) -> None:
    refuse(server, "GET", "/apps", wait, times=2)
    answer = pvdify("apps")
    assert answer.exit_code == 0
    assert app in answer.stdout
    assert answer.stderr == ""
    assert slept == [int(wait)] * 2


def test_a_change_is_made_once_and_has_the_same_key(
    pvdify: Run, server: FakeServer, slept: list[float]
) -> None:
    refuse(server, "POST", "/apps", "3", times=1)
    assert pvdify("apps:create", "myapp").exit_code == 0
    keys = [request.headers["Idempotency-Key"] for request in server.requests if request.method == "POST"]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert slept == [3]


@pytest.mark.parametrize("wait", ["11", "60", "99999999999", "", "soon", "-1", "²"])
def test_any_other_is_told_of(pvdify: Run, server: FakeServer, slept: list[float], wait: str) -> None:
    refuse(server, "GET", "/apps", wait, times=99)
    answer = pvdify("apps")
    assert answer.exit_code == 3
    assert answer.stderr.splitlines() == [
        f"Error: {PROBLEM['detail']} [too_many_requests]".format(wait),  # type: ignore[str-format]
        "Next:  Wait that long, and run it again. Whatever asks so often may use a token of its own.",
    ]
    assert slept == []


def test_who_is_always_asked_to_wait_is_told_in_the_end(
    pvdify: Run, server: FakeServer, slept: list[float]
) -> None:
    refuse(server, "GET", "/apps", "2", times=99)
    assert pvdify("apps").exit_code == 3
    assert slept == [2, 2, 2]


def test_other_refusals_are_not_waited_out(pvdify: Run, server: FakeServer, slept: list[float]) -> None:
    server.faults.answers["GET", "/apps"] = (
        503,
        "application/problem+json",
        json.dumps({"code": "not_ready"}),
    )
    server.faults.retry_after = "1"
    assert pvdify("apps").exit_code == 8
    assert slept == []


def test_a_deploy_that_is_followed_goes_on(
    pvdify: Run, server: FakeServer, app: str, slept: list[float]
) -> None:
    number = len(server.state.operations) + 1
    refuse(server, "GET", f"/operations/{number}/events", "5", times=3)
    answer = pvdify("deploy", app, "--image", "docker.io/acme/myapp:v3")
    assert answer.exit_code == 0, answer.output


def test_a_person_sees_that_it_is_waited(at_terminal: AtTerminal, server: FakeServer, app: str) -> None:
    refuse(server, "GET", "/apps", "2", times=1)
    began = time.monotonic()
    code, screen = at_terminal("apps")
    assert (code, "Waiting for" in screen) == (0, True)
    assert time.monotonic() - began >= 2

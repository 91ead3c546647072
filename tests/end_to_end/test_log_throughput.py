"""Logs at ten thousand lines a second: every line, in order, as it is written, to many at once, in bounded memory."""

import json
import statistics
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.end_to_end.log_burst import (
    A_SECOND,
    EVENTS,
    JSON_LINES,
    LINES,
    SECONDS,
    Burst,
    Client,
    Printing,
    burst,
)
from tests.end_to_end.world import World, wait_until

pytestmark = pytest.mark.alone

# Seconds in which the lines are to be written. A machine that does something else may need several tries for
# that, and for what follows.
AT_THAT_PACE = SECONDS * 1.1
TRIES = 3
# Seconds after its writing in which a client of the API has a line. Command lines take some processor time of their
# own for each, and four of them share the machine with the host here.
SOON, SOON_PRINTED = 3.0, 15.0
# Seconds in which nothing is read: less than the server waits for a client (30), and more.
A_WHILE, TOO_LONG = 22, 45
PROMPT = [Client(EVENTS), Client(JSON_LINES)] * 8
PAUSING = [Client(EVENTS, A_WHILE), Client(JSON_LINES, A_WHILE), Client(EVENTS, TOO_LONG)]
PRINTINGS = [Printing(("--json",)), Printing()] * 2
# What a process may take in addition while logs pass through it, in MB.
MORE = 48
STREAMS = 48
HEARTBEAT_SECONDS = 10


@pytest.fixture(scope="module")
def chatter(world: World) -> Iterator[str]:
    """An app with a process that writes that fast for ten seconds once it is started."""
    app = "throughput"
    world.done(
        "apps:create", app, "--process", "web=1", "--process", f"chatter=0:chatter {A_SECOND} {SECONDS}"
    )
    world.done("deploy", app, "--image", world.image("v1"))
    yield app
    world.done("apps:destroy", app, "--confirm", app)
    # Some hundred megabytes of lines are nothing that other tests should have to read through.
    world.on_host("journalctl", "--rotate", "--vacuum-time=1s")


@pytest.fixture(scope="module")
def few(world: World, chatter: str, tmp_path_factory: pytest.TempPathFactory) -> Burst:
    """A client for each form of the stream, and the command line with and without --json."""
    for _ in range(TRIES):
        found = burst(world, chatter, PROMPT[:2], PRINTINGS[:2], tmp_path_factory.mktemp("few"))
        if found.seconds < AT_THAT_PACE and max(*found.late, *found.printed_late) < SOON and is_prompt(found):
            break
    return found


@pytest.fixture(scope="module")
def many(world: World, chatter: str, few: Burst, tmp_path_factory: pytest.TempPathFactory) -> Burst:
    """Twenty that read, four of them command lines; and four more that for a while do not."""
    printings = [*PRINTINGS, Printing(("--json",), TOO_LONG)]
    for _ in range(TRIES):
        found = burst(world, chatter, [*PROMPT, *PAUSING], printings, tmp_path_factory.mktemp("many"))
        if (
            max(late_of_many(found)) < SOON
            and max(printed_late_of_many(found)) < SOON_PRINTED
            and is_prompt(found)
        ):
            break
    return found


def late_of_many(found: Burst) -> list[float]:
    """Of those that do not pause."""
    return found.late[: len(PROMPT)]


def printed_late_of_many(found: Burst) -> list[float]:
    return found.printed_late[: len(PRINTINGS)]


def is_prompt(found: Burst) -> bool:
    """Whether no other request waited for the lines."""
    return statistics.median(found.asked) < 0.5 and max(found.asked) < 3


def assert_every_line(found: Burst) -> None:
    for got in found.got:
        assert (got["lines"], got["wrong"]) == (LINES, [])
    for path in found.printed:
        lines = path.read_text().splitlines()[1:]
        messages = [
            json.loads(line)["message"] if line[0] == "{" else line.split(" ", 2)[2] for line in lines
        ]
        assert messages == [f"line {number}" for number in range(1, LINES + 1)]


def test_every_line_comes_once_and_in_order_through_the_api_and_the_command_line(few: Burst) -> None:
    assert_every_line(few)


def test_the_lines_come_as_fast_as_they_are_written(few: Burst) -> None:
    assert few.seconds < AT_THAT_PACE
    assert max(few.late) < SOON
    assert max(few.printed_late) < SOON


def test_twenty_at_once_get_every_line_as_it_is_written(many: Burst) -> None:
    assert_every_line(many)
    assert max(late_of_many(many)) < SOON
    assert max(printed_late_of_many(many)) < SOON_PRINTED


def test_who_reads_nothing_for_a_while_catches_up_on_the_same_stream(many: Burst) -> None:
    pausing = many.got[len(PROMPT) :][:2]
    assert [(got["lines"], got["connections"]) for got in pausing] == [(LINES, 1)] * 2


def test_who_reads_nothing_for_too_long_is_let_go_and_goes_on_where_it_was(many: Burst) -> None:
    stalled = many.got[-1]
    assert stalled["lines"] == LINES
    assert stalled["connections"] > 1


@pytest.mark.parametrize("kind", ["serve", "work", "ssh", "journalctl", "logs"])
def test_memory_is_bounded(few: Burst, many: Burst, kind: str) -> None:
    """What passes through is many times what may be kept of it."""
    assert sum(got["bytes"] for got in many.got) > 8 * MORE * 1024 * 1024
    for found in (few, many):
        for taken in found.memory.of(kind):
            assert taken.growth < MORE, taken


def test_other_requests_do_not_wait(few: Burst, many: Burst) -> None:
    for found in (few, many):
        assert len(found.asked) > SECONDS
        assert is_prompt(found), (statistics.median(found.asked), max(found.asked))


def test_when_streams_run_out_who_comes_is_told_when_to_try_again_and_nobody_waits(
    world: World, chatter: str
) -> None:
    follow = f"/apps/{chatter}/logs?follow=true&lines=0"
    with ExitStack() as stack:
        streams = [stack.enter_context(opened(world, follow)) for _ in range(STREAMS)]
        refused = world.api("GET", follow)
        assert (refused.status_code, refused.json()["code"]) == (503, "too_many_streams")
        assert int(refused.headers["Retry-After"]) > 0
        told = world.pvdify("logs", chatter, "--follow")
        assert told.returncode != 0
        assert "Try again in" in told.stderr
        for path in (f"/apps/{chatter}", f"/apps/{chatter}/logs?lines=10", f"/apps/{chatter}/ps"):
            answer = world.api("GET", path)
            assert answer.status_code == 200
            assert answer.elapsed.total_seconds() < 2
        streams[0].close()
        stack.enter_context(opened(world, follow))


def opened(world: World, path: str) -> requests.Response:
    """A new stream. That an earlier one's client has gone is noticed at its next heartbeat."""
    answers: list[requests.Response] = []

    def opens() -> bool:
        answers.append(world.api("GET", path, stream=True))
        return answers[-1].status_code == 200

    wait_until(opens, seconds=2 * HEARTBEAT_SECONDS, what="there is room for a stream", interval=1)
    return answers[-1]

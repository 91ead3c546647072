"""What an app writes can be read: all of it, in order, by what it came from, and safely."""

import os
import pty
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests

from tests.end_to_end import log_readers
from tests.end_to_end.log_readers import Entry, Followed
from tests.end_to_end.world import World, wait_until

A_SECOND, SECONDS = 1000, 20
LINES = A_SECOND * SECONDS
# Turns a terminal's text red, sets its title, rings, goes back to the line's beginning, and red the other way.
NASTY = "\x1b[31mred\x1b]0;title\x07\rover \x9b31m"


@pytest.fixture(scope="module")
def followed(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """An app with a process that writes a thousand lines a second, followed over a deploy."""
    app, path = "logs", tmp_path_factory.mktemp("logs") / "followed"
    chatter = f"chatter=0:chatter {A_SECOND} {SECONDS}"
    world.done("apps:create", app, "--process", "web=2", "--process", chatter)
    world.done("deploy", app, "--image", world.image("v1"))
    with log_readers.followed(world, app, "chatter", path, f"line {LINES}") as found:
        world.done("ps:scale", app, "chatter=1")
        world.done("deploy", app, "--image", world.image("v2"))
    yield found
    world.done("apps:destroy", app, "--confirm", app)


def assert_every_line(entries: list[Entry]) -> None:
    """Of each instance every line is there, once and in order: the old one's until it was stopped, the new one's."""
    old = [entry["message"] for entry in entries if entry["release"] == 1]
    new = [entry["message"] for entry in entries if entry["release"] == 2]
    stopped = re.fullmatch(r"stopped after line (\d+)", old[-1])
    assert stopped, old[-3:]
    assert old[:-1] == [f"line {number}" for number in range(1, int(stopped[1]) + 1)]
    assert new == [f"line {number}" for number in range(1, LINES + 1)]


def test_following_misses_no_line_over_a_deploy(followed: Followed) -> None:
    assert_every_line(followed.followed)


def test_who_comes_back_misses_none_and_gets_none_twice(followed: Followed) -> None:
    assert 0 < followed.first_connection < len(followed.resumed)
    assert_every_line(followed.resumed)
    cursors = [entry["cursor"] for entry in followed.resumed]
    assert len(set(cursors)) == len(cursors)


def test_an_entry_says_where_and_when_it_came_from(followed: Followed) -> None:
    entry = followed.followed[0]
    assert set(entry) == {"cursor", "at", "process", "instance", "release", "message"}
    assert (entry["process"], entry["instance"], entry["release"]) == ("chatter", 1, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", entry["at"])


def test_lines_are_chosen_by_what_they_came_from(world: World, followed: Followed) -> None:
    def messages(*options: str) -> list[str]:
        return [entry["message"] for entry in world.entries("logs", followed.app, *options)]

    assert messages("-n", "2", "-p", "chatter") == [f"line {LINES - 1}", f"line {LINES}"]
    assert sum("listens on port" in message for message in messages("-p", "web")) == 4
    first = messages("-p", "web", "--release", "1")
    assert first
    assert all("v1" in message for message in first)
    path = f"/apps/{followed.app}/logs?process=web&instance=2&release=2"
    chosen = world.api("GET", path).json()
    assert {(entry["process"], entry["instance"], entry["release"]) for entry in chosen} == {("web", 2, 2)}


def test_lines_are_chosen_by_when_they_came(world: World, followed: Followed) -> None:
    moment = followed.followed[1000]["at"]
    options = ("logs", followed.app, "-p", "chatter", "-n", "10000")
    until = [entry["at"] for entry in world.entries(*options, "--until", moment)]
    since = [entry["at"] for entry in world.entries(*options, "--since", moment)]
    assert until
    assert max(until) <= moment <= min(since)
    assert len(since) == 10000
    assert len(world.entries(*options, "--since", "1h")) == 10000


@pytest.mark.parametrize(
    "query", ["lines=10001", "lines=-1", "lines=many", "instance=0", "since=yesterday", "process=../x"]
)
def test_a_bad_choice_is_refused(world: World, followed: Followed, query: str) -> None:
    refused = world.api("GET", f"/apps/{followed.app}/logs?{query}")
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")
    assert refused.json()["errors"][0]["field"] == query.partition("=")[0]


def test_control_characters_never_reach_a_terminal(world: World, followed: Followed) -> None:
    requests.get(f"{world.url(followed.app)}/say?{quote(NASTY, safe='')}", timeout=5)
    wait_until(
        lambda: "red" in world.done("logs", followed.app, "-p", "web"), seconds=5, what="it was written"
    )
    shown = on_a_terminal(world, "logs", followed.app, "-p", "web", "-n", "1")
    assert re.search("red.*title.*over", shown)
    # Colours of our own may stand around the line, and nothing else.
    assert "\x1b[31mred" not in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r\n", "\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", plain), repr(plain)


def on_a_terminal(world: World, *arguments: str) -> str:
    """What the command line writes where its output is a terminal."""
    ours, its = pty.openpty()
    process = world.started(*arguments, stdout=its)
    os.close(its)
    written = b""
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:
        pass  # the terminal's other end was closed
    finally:
        os.close(ours)
    assert process.wait(timeout=10) == 0
    return written.decode()


def test_an_app_that_wrote_nothing_has_no_lines(world: World) -> None:
    world.done("apps:create", "silent")
    assert world.entries("logs", "silent") == []
    world.done("apps:destroy", "silent", "--confirm", "silent")

"""Two readers of an app's log that follow it while something happens: the command line, and the API itself."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import requests

from demo import daemon
from tests.end_to_end.world import World

Entry = dict[str, Any]
BEFORE_THE_BREAK = 3000


@dataclass
class Followed:
    """followed: what `logs --follow` printed. resumed: what came over the API in two connections, the second of which
    began after the last event of the first; that one had `first_connection` of them."""

    app: str
    followed: list[Entry] = field(default_factory=list)
    resumed: list[Entry] = field(default_factory=list)
    first_connection: int = 0


@contextmanager
def followed(world: World, app: str, process: str, path: Path, last: str) -> Iterator[Followed]:
    """Follows one process of an app, from now until release 2 has written `last`: what was read is complete then."""
    found = Followed(app)
    with _command_line(world, app, process, path):
        thread = Thread(target=_read_in_two, args=(world, found, process, last), daemon=True)
        thread.start()
        time.sleep(2)
        yield found
        thread.join(60)
        assert not thread.is_alive(), f"{last!r} was not read"
        _wait_for(path, last)
    found.followed = [json.loads(line) for line in path.read_text().splitlines()]


@contextmanager
def _command_line(world: World, app: str, process: str, path: Path) -> Iterator[None]:
    with path.open("w") as output:
        words = ("logs", app, "--follow", "--lines", "0", "--process", process, "--json")
        running = world.started(*words, stdout=output)
        try:
            yield
            assert running.poll() is None, "logs --follow ended by itself"
        finally:
            running.terminate()
            running.wait(timeout=10)


def _wait_for(path: Path, last: str) -> None:
    deadline = time.monotonic() + 30
    while not any(_is_end(json.loads(line), last) for line in _whole_lines(path) if f'"{last}"' in line):
        assert time.monotonic() < deadline, f"{last!r} was not printed"
        time.sleep(0.2)


def _whole_lines(path: Path) -> list[str]:
    return path.read_text().rpartition("\n")[0].splitlines()


def _is_end(entry: Entry, last: str) -> bool:
    """The release before may have come to its own last line, where the deploy took long."""
    return bool(entry["message"] == last and entry["release"] == 2)


def _read_in_two(world: World, found: Followed, process: str, last: str) -> None:
    _read(world, found, process, lambda: len(found.resumed) >= BEFORE_THE_BREAK)
    found.first_connection = len(found.resumed)
    time.sleep(1)
    _read(world, found, process, lambda: _is_end(found.resumed[-1], last))


def _read(world: World, found: Followed, process: str, enough: Any) -> None:
    headers = {"Authorization": f"Bearer {world.token}", "Accept": "text/event-stream"}
    if found.resumed:
        headers["Last-Event-ID"] = found.resumed[-1]["cursor"]
    url = f"{world.settings.url}/api/v1/apps/{found.app}/logs?follow=true&lines=0&process={process}"
    trust = str(daemon.certificate(world.settings))
    with requests.get(url, headers=headers, verify=trust, stream=True, timeout=60) as answer:
        assert answer.status_code == 200, answer.text
        for event in _events(answer):
            entry = json.loads(event["data"])
            assert (event["event"], event["id"]) == ("log", entry["cursor"])
            found.resumed.append(entry)
            if enough():
                return


def _events(answer: requests.Response) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in answer.iter_lines(decode_unicode=True):
        name, _, value = line.partition(": ")
        if line == "" and event:
            yield event
            event = {}
        elif name in ("id", "event", "data"):
            event[name] = value

"""A process that writes numbered lines as fast as it is told, and who follows it meanwhile."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any, NamedTuple

from demo import daemon
from demo.settings import CHECKOUT
from tests.end_to_end.memory_watch import MemoryWatch
from tests.end_to_end.world import World, wait_until

A_SECOND, SECONDS = 10_000, 10
LINES = A_SECOND * SECONDS
EVENTS, JSON_LINES = "text/event-stream", "application/x-ndjson"
PROGRAM = (sys.executable, "-m", "tests.end_to_end.log_follower")
READ_SECONDS = 120
ASK_EVERY = 0.25
# As text and as JSON; not where the process says after which line it was stopped.
LAST_PRINTED = re.compile(rf'(chatter\.1 |"message": ")line {LINES}\b'.encode())


class Client(NamedTuple):
    """A client of the API: the form it asks for, and for how many seconds it then reads nothing."""

    form: str = EVENTS
    pause: float = 0


class Printing(NamedTuple):
    """A `pvdify logs --follow`: its options, and for how many seconds it is stopped, as by Ctrl-Z."""

    options: tuple[str, ...] = ()
    pause: float = 0


@dataclass
class Burst:
    """What came of it. got: what each client says (see log_follower). printed: where each command line's output is.
    asked: seconds that each of the other requests took."""

    memory: MemoryWatch
    got: list[dict[str, Any]] = field(default_factory=list)
    printed: list[Path] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long the process took to write its lines."""
        return float(self.got[0]["last_at"] - self.got[0]["first_at"])

    @property
    def late(self) -> list[float]:
        """Seconds from the last line's writing until each client had it."""
        return [one["ended_at"] - one["last_at"] for one in self.got]

    @property
    def printed_late(self) -> list[float]:
        """Seconds from the last line's writing until each command line had printed it."""
        return [path.stat().st_mtime - self.got[0]["last_at"] for path in self.printed]


def burst(world: World, app: str, clients: list[Client], printings: list[Printing], folder: Path) -> Burst:
    """Lets the app's chatter write LINES lines while all of these follow it, until each of them has the last one.

    A command line prints one line of before: that is how it is known to follow.
    """
    with ExitStack() as stack:
        found = Burst(stack.enter_context(MemoryWatch(world)))
        stack.enter_context(_asking(world, app, found.asked))
        for number, one in enumerate(printings):
            found.printed.append(folder / f"printed-{number}")
            process = stack.enter_context(_printing(world, app, one, found.printed[-1]))
            found.memory.add(process.pid, "logs")
        following = [stack.enter_context(_client(world, app, one)) for one in clients]
        for client in following:
            assert _said(client) == "ready"
        world.done("ps:scale", app, "chatter=1")
        found.got = [json.loads(_said(client)) for client in following]
        for path in found.printed:
            wait_until(lambda path=path: _is_whole(path), seconds=READ_SECONDS, what=f"{path} is whole")
    world.done("ps:scale", app, "chatter=0")
    return found


@contextmanager
def _client(world: World, app: str, client: Client) -> Iterator[subprocess.Popen[str]]:
    words = (
        *PROGRAM,
        f"{world.settings.url}/api/v1/apps/{app}/logs?follow=true&lines=0&process=chatter",
        f"--certificate={daemon.certificate(world.settings)}",
        f"--form={client.form}",
        f"--last={LINES}",
        f"--pause={client.pause}",
    )
    variables = {**os.environ, "PVDIFY_TOKEN": world.token}
    running = subprocess.Popen(words, cwd=CHECKOUT, env=variables, stdout=subprocess.PIPE, text=True)
    with _killed_after(running):
        yield running


@contextmanager
def _printing(world: World, app: str, one: Printing, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with path.open("w") as output:
        running = world.started("logs", app, "--follow", "--lines", "1", *one.options, stdout=output)
    with _killed_after(running):
        wait_until(lambda: path.stat().st_size > 0, seconds=30, what="the command line follows")
        if one.pause:
            running.send_signal(signal.SIGSTOP)
            Timer(one.pause, running.send_signal, (signal.SIGCONT,)).start()
        yield running


@contextmanager
def _killed_after(process: subprocess.Popen[Any]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1000))
        return LAST_PRINTED.search(file.read()) is not None


@contextmanager
def _asking(world: World, app: str, asked: list[float]) -> Iterator[None]:
    """Asks something else, again and again, meanwhile."""
    stopping = Event()

    def ask() -> None:
        while not stopping.wait(ASK_EVERY):
            begun = time.monotonic()
            answered = world.api("GET", f"/apps/{app}").status_code == 200
            asked.append(time.monotonic() - begun if answered else math.inf)

    thread = Thread(target=ask, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(30)

"""Looking, again and again, at what is there for a moment only: processes, and the files of Ansible's runs."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

from tests.end_to_end.canary import Canary

RUNS = "pvdify-run-*"
# What Ansible says of each connection from -vvv on.
VERBOSE = b"ESTABLISH SSH CONNECTION"
# Seconds in which a process is looked at.
NEW = 2


class Watch:
    """What was seen on this machine, the host's processes among it: they are this kernel's too.

    canary: what is looked for. found: where it was. programs: the names of those that ran. files: how many of a run
    were read. verbose: whether Ansible said all it does.
    """

    def __init__(self, canary: Canary) -> None:
        self.canary = canary
        self._stopping = Event()
        self._thread = Thread(target=self._look_again_and_again, daemon=True)
        self._known: dict[str, float] = {}
        self.found: set[str] = set()
        self.programs: set[str] = set()
        self.files = 0
        self.verbose = False

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(30)

    def _look_again_and_again(self) -> None:
        while not self._stopping.is_set():
            for process in self._new_ones():
                self._look_at_process(Path("/proc", process))
            for run in Path("/dev/shm").glob(RUNS):
                self._look_at_run(run)
            time.sleep(0.005)

    def _new_ones(self) -> list[str]:
        """The processes of the last moments: a program begins another one soon, or never."""
        there, now = list(filter(str.isdigit, os.listdir("/proc"))), time.monotonic()
        self._known = {process: self._known.get(process, now) for process in there}
        return [process for process in there if now - self._known[process] < NEW]

    def _look_at_process(self, process: Path) -> None:
        command, environment = _read(process / "cmdline"), _read(process / "environ")
        self.programs |= {
            os.path.basename(word).decode(errors="replace") for word in command.split(b"\0")[:2]
        }
        if self.canary.is_in(command):
            self.found.add(f"a command line: {command[:80]!r}")
        # The app's own processes, and nobody else's, have it.
        if self.canary.is_in(environment) and b"\0PVDIFY_APP=" not in b"\0" + environment:
            self.found.add(f"an environment of {command[:80]!r}")

    def _look_at_run(self, run: Path) -> None:
        for path in _files(run):
            content = _read(path)
            self.files += 1
            self.verbose = self.verbose or VERBOSE in content
            if self.canary.is_in(content):
                self.found.add(str(path))


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (path for path in (Path(parent, name) for name in names) if path.is_file())


def _read(path: Path) -> bytes:
    """Its content, or nothing where it has gone meanwhile."""
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""

"""How much memory the processes that carry logs take, looked at again and again: the kernel's count of what is theirs
alone (RssAnon), without files they have mapped."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from demo import daemon, processes
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.world import World

INTERVAL = 0.25
# Looks after which it is asked anew which processes there are: that costs the machine much more than a look.
LOOKS = 10


@dataclass
class Taken:
    """Of one process, in MB: when it was first seen, at most, and when it was last seen."""

    kind: str
    before: float
    peak: float
    after: float

    @property
    def growth(self) -> float:
        return self.peak - self.before


class MemoryWatch:
    """Looks at pvdifyd's processes with what they start, at the host's journalctl, and at those that are `added`."""

    def __init__(self, world: World) -> None:
        self._marker = world.settings.marker
        self._host = HostSide(world)
        self._kinds: dict[int, str] = {}
        self._taken: dict[int, Taken] = {}
        self._stopping = Event()
        self._thread = Thread(target=self._look_again_and_again, daemon=True)

    def __enter__(self) -> "MemoryWatch":
        self._search()
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(10)

    def add(self, process: int, kind: str) -> None:
        self._kinds[process] = kind

    def of(self, kind: str) -> list[Taken]:
        """What the processes of a kind took; there must have been one. Kinds: serve, work (the halves of pvdifyd), ssh
        (what reads hosts), journalctl (the reader on the host), and those that were added."""
        found = [taken for taken in self._taken.values() if taken.kind == kind]
        assert found, sorted({taken.kind for taken in self._taken.values()})
        return found

    def _look_again_and_again(self) -> None:
        looks = 0
        while not self._stopping.wait(INTERVAL):
            looks += 1
            if looks % LOOKS == 0:
                self._search()
            self._look()

    def _search(self) -> None:
        self._kinds.update([*self._of_daemon(), *self._of_host()])

    def _look(self) -> None:
        for process, kind in list(self._kinds.items()):
            megabytes = _megabytes(process)
            if megabytes is None:
                del self._kinds[process]
                continue
            taken = self._taken.setdefault(process, Taken(kind, megabytes, megabytes, megabytes))
            taken.peak, taken.after = max(taken.peak, megabytes), megabytes

    def _of_daemon(self) -> Iterator[tuple[int, str]]:
        for process in processes.find(self._marker, daemon.ROLE):
            words = _words(process)
            if words and words[-1] in ("serve", "work"):
                yield process, words[-1]
            elif words and Path(words[0].rstrip(":")).name == "ssh":
                yield process, "ssh"

    def _of_host(self) -> Iterator[tuple[int, str]]:
        for process in self._host.processes():
            if _words(process)[:1] == ["journalctl"]:
                yield process, "journalctl"


def _words(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def _megabytes(process: int) -> float | None:
    """None where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    return None

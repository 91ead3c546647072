"""The host as this machine's kernel has it: files, locks and processes, looked at without asking the host."""

import fcntl
import json
import os
from pathlib import Path

from demo import host
from tests.end_to_end.world import World, wait_until

WRITTEN_TO = ("etc/containers/systemd", "etc/systemd/system", "etc/pvdify")


class HostSide:
    """Good until the host is restarted."""

    def __init__(self, world: World) -> None:
        self._first = host.first_process(world.settings)
        self.root = Path(f"/proc/{self._first}/root")

    def phase(self, app: str) -> str | None:
        """The phase that is under way, as the host itself has noted it; None where nothing is."""
        try:
            text = (self.root / f"etc/pvdify/apps/{app}/under-way.json").read_text()
        except FileNotFoundError:
            return None
        return str(json.loads(text)["phase"])

    def wait_for_phase(self, app: str, phase: str) -> None:
        wait_until(
            lambda: self.phase(app) == phase, seconds=30, what=f"{app} gets to {phase}", interval=0.002
        )

    def steps(self) -> list[int]:
        """The running processes of pvdify's host program: each does one step."""
        return [process for process in self.processes() if _words(process)[1:3] == ["-I", "-"]]

    def locks_held(self) -> list[str]:
        return [path.name for path in (self.root / "run/pvdify/locks").glob("*") if _is_held(path)]

    def half_written(self) -> list[Path]:
        """Files that were begun and not finished."""
        return [path for folder in WRITTEN_TO for path in (self.root / folder).rglob(".*.tmp")]

    def processes(self) -> list[int]:
        """The host's own, by the numbers they have on this machine."""
        ours = os.readlink(f"/proc/{self._first}/ns/pid")
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and _namespace(name) == ours]


def _namespace(process: str) -> str:
    try:
        return os.readlink(f"/proc/{process}/ns/pid")
    except OSError:
        return ""  # it has ended


def _words(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _is_held(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False

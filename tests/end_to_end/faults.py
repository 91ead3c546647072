"""kill -9, for each part of pvdify that can meet it."""

import contextlib
import os
import signal
from pathlib import Path

from demo import daemon, processes
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.world import World, wait_until

WARM_ANSIBLE = "pvdifyd.engine.warm.server"


def kill(world: World, victim: str) -> None:
    """Kills one of `worker`, `api`, `playbook` (the process that is ansible-playbook), `step` (what runs on the
    host), or the whole `daemon`; waits for one to be there, since a step lasts for a moment only."""
    found: list[int] = []

    def look() -> bool:
        found[:] = _FINDERS[victim](world)
        return bool(found)

    wait_until(look, seconds=10, what=f"there is a {victim} to kill", interval=0.002)
    for process in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    # A process that was killed has its sockets until the kernel is done with it.
    wait_until(
        lambda: all(map(processes.has_ended, found)), seconds=10, what=f"the {victim} is gone", interval=0.002
    )


def _daemon(world: World) -> list[int]:
    """The supervisor first, so that it can't start anything again."""
    found = processes.find(world.settings.marker, daemon.ROLE)
    return sorted(found, key=lambda process: "-m pvdifyd" in _command(process)) + _warm(world)


def _worker(world: World) -> list[int]:
    return _running(world, "work")


def _api(world: World) -> list[int]:
    return _running(world, "serve")


def _playbook(world: World) -> list[int]:
    """The warm Ansible's child, which has become ansible-playbook; or the program itself, where none was warm. The
    connections that runs have begun are its children too."""
    warm = _warm(world)
    runs = [child for parent in warm for child in _children(parent) if not _is_connection(child)]
    if runs:
        return runs
    below = [child for worker in _worker(world) for child in _descendants(worker) if child not in warm]
    return [process for process in below if "ansible-playbook" in _command(process)]


def _is_connection(process: int) -> bool:
    """Whether it is an ssh that keeps a connection open for others."""
    return _command(process).rstrip().endswith("[mux]")


def _step(world: World) -> list[int]:
    return HostSide(world).steps()


_FINDERS = {"daemon": _daemon, "worker": _worker, "api": _api, "playbook": _playbook, "step": _step}


def _running(world: World, command: str) -> list[int]:
    """The processes of `pvdifyd COMMAND`."""
    found = processes.find(world.settings.marker, daemon.ROLE)
    return [one for one in found if f"-m pvdifyd {command}" in _command(one)]


def _warm(world: World) -> list[int]:
    return [
        child for worker in _worker(world) for child in _children(worker) if WARM_ANSIBLE in _command(child)
    ]


def _descendants(process: int) -> list[int]:
    return [one for child in _children(process) for one in [child, *_descendants(child)]]


def _children(process: int) -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(name) == process]


def _parent(process: str) -> int | None:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None  # it has ended


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""

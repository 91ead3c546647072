"""Processes that outlive the demo's own: started detached, found again by what stands in their environment.

A process id in a file can be stale or another's; an environment with the demo's own directory in it can't.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from .commands import Arguments
from .errors import DemoError

START_SECONDS = 5
STOP_SECONDS = 40
EXEC_SECONDS = 1
# Fields of /proc/PID/stat after the name, as proc_pid_stat(5) counts them, and a flag of include/linux/sched.h.
STATE, FLAGS, ENVIRONMENT_START, ENVIRONMENT_END = 3 - 3, 9 - 3, 50 - 3, 51 - 3
KERNEL_THREAD = 0x00200000


def start(arguments: Arguments, *, role: str, marker: str, log: Path, environment: Mapping[str, str]) -> int:
    """Starts a process in a session of its own, writing to `log`; returns its process id."""
    name, _, value = marker.partition("=")
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(argument) for argument in arguments],
            env={**environment, name: value, "PVDIFY_DEMO_ROLE": role},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _wait_until_known(process.pid, marker.encode())
    return process.pid


def _wait_until_known(process: int, marker: bytes) -> None:
    """A process is there a moment before its environment can be read: the kernel fills that in last."""
    deadline = time.monotonic() + START_SECONDS
    while marker not in _environment(process) and not has_ended(process) and time.monotonic() < deadline:
        time.sleep(0.005)


def find(marker: str, role: str | None = None) -> list[int]:
    """The ids of the running processes that carry the marker, and the role where one is given."""
    wanted = {marker.encode()} | ({f"PVDIFY_DEMO_ROLE={role}".encode()} if role else set())
    return [process for process in _all_processes() if wanted <= _environment(process)]


def stop(marker: str, role: str | None = None) -> None:
    """Ends those processes: SIGTERM, and SIGKILL for what is still there after STOP_SECONDS."""
    for signal_number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5)):
        deadline = time.monotonic() + seconds
        told: set[int] = set()
        # An ending one's environment is gone before its sockets are; and one may just be starting another.
        while (found := set(find(marker, role))) or not all(map(has_ended, told)):
            if time.monotonic() > deadline:
                break
            for process in found - told:
                _send(process, signal_number)
            told |= found
            time.sleep(0.02)
        else:
            return
    raise DemoError(f"these processes do not end: {find(marker, role)}")


def has_ended(process: int) -> bool:
    """Whether it is gone, or only waits for its parent to notice.

    A process whose first thread has ended says so while others of its threads still hold its sockets.
    """
    try:
        return _statistics(process)[STATE] in "ZX" and len(os.listdir(f"/proc/{process}/task")) <= 1
    except OSError:
        return True


def last_lines(log: Path, count: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else ""


def _all_processes() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and int(entry) != os.getpid()]


def _environment(process: int) -> set[bytes]:
    deadline = time.monotonic() + EXEC_SECONDS
    try:
        while not has_ended(process):
            environment = Path(f"/proc/{process}/environ").read_bytes()
            if environment or not _was_becoming_another(process) or time.monotonic() > deadline:
                return set(environment.split(b"\0"))
    except OSError:
        pass  # ended meanwhile, or another user's
    return set()


def _was_becoming_another(process: int) -> bool:
    """Whether an environment that was read as empty may be so for exec's sake alone.

    The kernel takes the old one away before it puts the new one in place: there is none now, or there is one again.
    """
    fields = _statistics(process)
    start, end = fields[ENVIRONMENT_START], fields[ENVIRONMENT_END]
    return (end == "0" or start != end) and not int(fields[FLAGS]) & KERNEL_THREAD


def _statistics(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _send(process: int, signal_number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal_number)

"""All places where a secret could have been left, on this machine and on the host."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from demo import daemon, ssh
from tests.end_to_end.canary import Canary
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.world import World

# The needles come by standard input: in an argument list they would be found themselves.
GREP = ("grep", "-rlsaF", "--devices=skip", "--file=-")
# What the kernel makes up, and programs of Debian's packages.
NOT_SEARCHED = ("proc", "sys", "dev", "usr")
ON_THE_HOST = {
    "the host's journal": "journalctl --no-pager --all --output=export",
    "podman inspect": "podman ps --all --quiet | xargs --no-run-if-empty podman inspect",
    "podman secret inspect": "podman secret ls --quiet | xargs --no-run-if-empty podman secret inspect",
    "podman events": "podman events --stream=false --since=24h",
    "systemctl show": "systemctl show --all 'pvdify*'",
    "systemctl cat": "systemctl cat 'pvdify*'",
    "systemctl status": "systemctl status --full 'pvdify*'",
}


def told_on_the_host(world: World) -> Iterator[tuple[str, str]]:
    """What the host's own programs tell, each with its name."""
    for name, command in ON_THE_HOST.items():
        yield name, ssh.on_host(world.settings, "sh", "-c", command, timeout=120).stdout


def told_on_this_machine(world: World, copies: Path) -> Iterator[tuple[str, str]]:
    """The database and a backup of it, as text whose values are whole; and the journal, where there is one."""
    backup = copies / "backup.db"
    backup.unlink(missing_ok=True)
    path = daemon.home(world.settings) / "data" / "pvdify.db"
    # Closed before anything else opens that file here: a process that closes a file loses all its locks on it.
    with closing(sqlite3.connect(path)) as database, closing(sqlite3.connect(backup)) as copy:
        text = "\n".join(database.iterdump())
        database.backup(copy)
    yield "the database", text
    yield "a backup", backup.read_bytes().decode("latin-1")
    journal = subprocess.run(
        ["sh", "-c", "journalctl --no-pager --all --output=export"], capture_output=True, check=False
    )
    yield "this machine's journal", journal.stdout.decode(errors="replace")


def files_here(world: World, canary: Canary) -> list[str]:
    """Files that this daemon and what is around it have written, with the canary in them: its home with the database
    and its log of changes, its own log, what runs of Ansible have left."""
    # Without podman's folder: that is the host's disk, which files_there searches.
    own = [str(path) for path in world.settings.directory.iterdir() if path.name != "podman"]
    return _with(canary, [*own, "/dev/shm", str(Path.home() / ".ansible"), str(world.settings.run_directory)])


def files_there(world: World, canary: Canary) -> list[str]:
    """Files of the host, on its disk and in its memory, with the canary in them."""
    root = HostSide(world).root
    places = [path for path in root.iterdir() if path.name not in NOT_SEARCHED and not path.is_symlink()]
    places += [root / "usr/local", root / "dev/shm"]
    return [path.removeprefix(str(root)) for path in _with(canary, [*map(str, places)])]


def _with(canary: Canary, places: list[str]) -> list[str]:
    ended = subprocess.run(
        [*GREP, *places],
        input=b"\n".join(canary.needles),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return sorted(ended.stdout.decode(errors="replace").splitlines())

"""One mount namespace in which all of a demo's podman commands run.

Two reasons: podman's network namespaces are mounts, so that every command must see the same ones; and where
the machine's cgroups are a mix of version 1 and 2, the demo host needs a view of version 2 alone. On a
machine with version 2 only, the same view is simply mounted once more.

What podman and its helpers keep in fixed places under /run is the demo's own in there, so that nothing of it
is left on the machine, and a killed run can be forgotten by removing one directory.
"""

import time
from pathlib import Path

from . import processes
from .commands import Arguments
from .errors import DemoError
from .settings import Settings

ROLE = "namespace"
# It stays as long as the shell waits for a line that nobody will ever write.
HOLD = """
set -e
mount --make-rprivate /
umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
for place in containers crun netns; do
    mkdir -p "/run/$place" "$1/$place"
    mount --bind "$1/$place" "/run/$place"
done
touch "$2"
exec 3<> <(:)
read -r -u 3
"""


def ensure(settings: Settings) -> bool:
    """Makes the namespace where it is missing. Returns whether it did.

    What an earlier run left without its namespace is ended first: its mounts are gone.
    """
    if _holder(settings) is not None:
        return False
    processes.stop(settings.marker)
    ready = settings.directory / "namespace.ready"
    log = settings.directory / "namespace.log"
    ready.unlink(missing_ok=True)
    processes.start(
        ["unshare", "--mount", "bash", "-c", HOLD, "namespace", settings.run_directory, ready],
        role=ROLE,
        marker=settings.marker,
        log=log,
        environment={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    deadline = time.monotonic() + 10
    while not ready.exists():
        if time.monotonic() > deadline or not processes.find(settings.marker, ROLE):
            raise DemoError(
                "a mount namespace with cgroup version 2 can't be made here (CAP_SYS_ADMIN is needed):\n"
                + processes.last_lines(log)
            )
        time.sleep(0.01)
    return True


def stop(settings: Settings) -> None:
    processes.stop(settings.marker, ROLE)


def inside(settings: Settings, arguments: Arguments) -> list[object]:
    """The command that runs `arguments` in the namespace."""
    holder = _holder(settings)
    if holder is None:
        raise DemoError("the demo is not running. Start it with: make demo")
    return ["nsenter", f"--target={holder}", "--mount", f"--wdns={Path.cwd()}", *arguments]


def _holder(settings: Settings) -> int | None:
    if not (settings.directory / "namespace.ready").exists():
        return None
    found = processes.find(settings.marker, ROLE)
    return min(found) if found else None

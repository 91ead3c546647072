"""The file system of the demo host: Debian 13 with systemd, podman, HAProxy and an SSH server."""

import os
import platform
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from .commands import attempt, run
from .errors import DemoError
from .settings import CHECKOUT

SUITE = "trixie"
PACKAGES = (
    *("systemd", "systemd-sysv", "dbus", "openssh-server", "ca-certificates", "iproute2", "procps"),
    *("podman", "crun", "netavark", "aardvark-dns", "nftables", "iptables", "skopeo", "age"),
    *("haproxy", "busybox-static", "python3", "python3-venv"),
)
DEFAULT_MIRROR = "http://deb.debian.org/debian"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
CACHE = CHECKOUT / ".cache"
# The kernel is the machine's: the host has no modules to load, and a key made here would be everyone's.
CUSTOMIZE = (
    'ln -s /dev/null "$1/etc/systemd/system/systemd-modules-load.service"',
    'rm -f "$1"/etc/ssh/ssh_host_*',
)


def recipe() -> str:
    """Names what the file system is made of: another recipe is another image."""
    return sha256(repr((SUITE, PACKAGES, CUSTOMIZE, platform.machine())).encode()).hexdigest()[:12]


def archive() -> Path:
    """Where the finished file system is kept, so that it is made once for the demo and the tests."""
    return CACHE / f"host-{recipe()}.tar"


def build() -> Path:
    """Makes the archive where it is missing (30 seconds and about 150 MB of downloads)."""
    target = archive()
    if target.exists():
        return target
    CACHE.mkdir(exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}.tar")
    try:
        run(command(unfinished), timeout=900)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def remove() -> None:
    for path in CACHE.glob("host-*.tar"):
        path.unlink()
    if CACHE.exists() and not any(CACHE.iterdir()):
        CACHE.rmdir()


def mirror() -> str:
    """The Debian mirror this machine's own apt uses, if it uses one: another may be out of reach."""
    listed = attempt(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(COMPONENT) $(REPO_URI)", "Identifier: Packages"],
        timeout=30,
    )
    for line in listed.stdout.splitlines():
        origin, _, rest = line.partition(" ")
        component, _, address = rest.partition(" ")
        if origin == "Debian" and component == "main" and "security" not in address:
            return address.rstrip("/")
    return DEFAULT_MIRROR


def command(target: Path, more: Sequence[str] = ()) -> list[object]:
    """The command that makes the host's file system; `more`: packages that it needs beside PACKAGES.

    Raises DemoError where Debian's keys are missing.
    """
    return debian(target, [*PACKAGES, *more], CUSTOMIZE)


def debian(target: Path, packages: Sequence[str], customize: Sequence[str] = ()) -> list[object]:
    """The command that makes a Debian of these packages and what they need, as a directory or as what `target`'s
    suffix says; `customize`: shell commands that get its root as $1.

    Raises DemoError where Debian's keys are missing.
    """
    if not KEYRING.exists():
        raise DemoError(f"{KEYRING} is missing. Run: apt-get install debian-archive-keyring")
    hooks = [f"--customize-hook={hook}" for hook in customize]
    return [
        "mmdebstrap",
        "--variant=minbase",
        f"--keyring={KEYRING}",
        f"--include={','.join(packages)}",
        *_apt_proxy(),
        *hooks,
        SUITE,
        target,
        mirror(),
    ]


def _apt_proxy() -> list[str]:
    """mmdebstrap starts with an apt configuration of its own: hand it this machine's proxy."""
    proxy = attempt(["apt-config", "shell", "proxy", "Acquire::http::Proxy"], timeout=30).stdout
    address = proxy.partition("=")[2].strip().strip("'")
    return [f'--aptopt=Acquire::http::Proxy "{address}"'] if address else []

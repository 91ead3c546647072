"""A Debian with little more than Python and curl on it, in a container that shares this machine's network, and an
ordinary user in it."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network
from pathlib import Path
from subprocess import CompletedProcess

from demo import host, namespace, rootfs
from demo.commands import run
from demo.lock import alone
from demo.podman import exists, podman, try_podman, write_configuration
from demo.settings import CHECKOUT, Settings

PACKAGES = ("ca-certificates", "curl", "python3", "python3-venv")
USER = "ada"
INSTALL_SECONDS = 300
# The certificates this machine trusts: where a proxy stands before the package index, the other must trust it too.
AUTHORITIES = Path(os.environ.get("PIP_CERT", "/etc/ssl/certs/ca-certificates.crt"))
PIP = {"PIP_CERT": "/authorities.pem"} | {
    name: os.environ[name] for name in ("PIP_INDEX_URL",) if name in os.environ
}


@dataclass(frozen=True)
class CleanMachine:
    """The container, and who acts in it: root, to prepare it, and the user."""

    settings: Settings

    def as_root(self, *command: str) -> None:
        podman(self.settings, "exec", self.settings.name, *command)

    def has(self, source: Path, target: str) -> None:
        """Give the user a copy of this machine's file."""
        podman(self.settings, "cp", source, f"{self.settings.name}:{target}")
        self.as_root("chown", USER, target)

    def types(self, line: str, **variables: str) -> CompletedProcess[str]:
        """What becomes of a line that the user types after signing in."""
        options = [f"--env={name}={value}" for name, value in {**PIP, **variables}.items()]
        words = ["exec", f"--user={USER}", f"--workdir=/home/{USER}", *options, self.settings.name]
        return try_podman(self.settings, *words, "bash", "-l", "-c", line, timeout=INSTALL_SECONDS)

    def gets(self, line: str, **variables: str) -> str:
        """What a line prints, which must succeed."""
        done = self.types(line, **variables)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def podman_for_machines() -> Iterator[Settings]:
    """podman, with the machine's image; gone at the end."""
    settings = Settings(
        name="pvdify-clean",
        directory=CHECKOUT / ".test" / "packaging" / "machine",
        network=IPv4Network("10.89.82.0/24"),
        listen="127.0.0.1:9843",
    )
    with alone(settings.directory):
        settings.directory.mkdir(parents=True, exist_ok=True)
        try:
            write_configuration(settings)
            namespace.ensure(settings)
            if not exists(settings, "image", _image(settings)):
                podman(settings, "import", _tree(), _image(settings), timeout=300)
            yield settings
        finally:
            host.remove(settings)


@contextmanager
def clean_machine(settings: Settings) -> Iterator[CleanMachine]:
    """A new machine on which nothing has been done."""
    machine = CleanMachine(settings)
    options = [f"--name={settings.name}", "--network=host", "--privileged", "--rm", "--detach"]
    try:
        podman(settings, "run", *options, _image(settings), "sleep", "infinity")
        machine.as_root("useradd", "--create-home", "--shell", "/bin/bash", USER)
        machine.has(AUTHORITIES, PIP["PIP_CERT"])
        yield machine
    finally:
        try_podman(settings, "rm", "--force", "--time", 0, settings.name)


def _tree() -> Path:
    """Its file system, made once (15 seconds)."""
    target = rootfs.CACHE / f"clean-{_recipe()}.tar"
    if not target.exists():
        rootfs.CACHE.mkdir(exist_ok=True)
        unfinished = target.with_suffix(f".{os.getpid()}.tar")
        try:
            run(rootfs.debian(unfinished, PACKAGES), timeout=900)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target


def _image(settings: Settings) -> str:
    return f"localhost/{settings.name}:{_recipe()}"


def _recipe() -> str:
    return sha256(repr((rootfs.SUITE, PACKAGES, platform.machine())).encode()).hexdigest()[:12]

"""Reaching the demo host: keys made here, the host's own key known beforehand, commands run as root."""

import os
import shlex
import subprocess
from pathlib import Path

from .commands import attempt, run
from .settings import Settings


def directory(settings: Settings) -> Path:
    return settings.directory / "ssh"


def identity(settings: Settings) -> Path:
    """The private key that the host lets in."""
    return directory(settings) / "id_ed25519"


def known_hosts(settings: Settings) -> Path:
    return directory(settings) / "known_hosts"


def host_key(settings: Settings) -> Path:
    """The host's own private key: made here, so that nobody has to trust it at first sight."""
    return directory(settings) / "ssh_host_ed25519_key"


def make_keys(settings: Settings) -> None:
    directory(settings).mkdir(mode=0o700, parents=True, exist_ok=True)
    for key, comment in ((identity(settings), settings.name), (host_key(settings), f"{settings.name}-host")):
        if not key.with_suffix(".pub").exists():
            key.unlink(missing_ok=True)
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", key], timeout=30)
    public = host_key(settings).with_suffix(".pub").read_text()
    known_hosts(settings).write_text(f"{settings.host_address} {public}")


def command(settings: Settings) -> list[str]:
    """The ssh command line; what follows it is one command line for the host's shell."""
    options = {
        "UserKnownHostsFile": known_hosts(settings),
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "IdentitiesOnly": "yes",
        "BatchMode": "yes",
        "ConnectTimeout": "5",
        "ServerAliveInterval": "5",
        "ServerAliveCountMax": "3",
        "LogLevel": "ERROR",
    }
    settled = [f"-o{name}={value}" for name, value in options.items()]
    return ["ssh", "-F", "none", "-i", str(identity(settings)), *settled, f"root@{settings.host_address}"]


def on_host(
    settings: Settings, *arguments: object, timeout: float = 60, standard_input: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a command on the host, each argument as it stands, and returns how it ended."""
    words = shlex.join(str(argument) for argument in arguments)
    return attempt([*command(settings), words], timeout=timeout, standard_input=standard_input)


def write_prefix(settings: Settings) -> Path:
    """Writes the program `on-host`: what follows it runs on the host, each argument as it stands.

    ssh alone would join the arguments and let the host's shell split them anew. A single argument is left to
    that shell, as ssh does.
    """
    program = settings.directory / "bin" / "on-host"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        f'#!/bin/bash\n# Runs a command on the demo host.\n[ $# -eq 1 ] || set -- "$(printf "%q " "$@")"\n'
        f'exec {shlex.join(command(settings))} "$@"\n'
    )
    os.chmod(program, 0o755)
    return program

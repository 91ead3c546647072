"""Connections to hosts: one kept open for each, shared by Ansible's runs and by reads."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SSH_OPTIONS = ("-o", "ControlMaster=auto", "-o", "ControlPersist=600s", "-o", "ServerAliveInterval=15")
_LONGEST_SOCKET_PATH = 104
_CONTROL_NAME = 1 + 40 + 18  # a letter, ssh's %C, and what it adds while it makes the socket


def control_path_directory(wanted: Path) -> Path:
    """A folder of ours alone for ssh's control sockets: ``wanted``, or a shorter one where a socket's path there
    would be longer than the kernel takes (unix(7))."""
    place = wanted
    if len(str(wanted)) + 1 + _CONTROL_NAME > _LONGEST_SOCKET_PATH:
        place = Path("/dev/shm") / f"pvdify-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_uid != os.geteuid() or place.stat().st_mode & 0o077:
        raise PermissionError(f"{place} must belong to this user alone (mode 0700)")
    return place


def close_connections(control_directory: Path) -> None:
    """End the connections kept open there, once those who use them are done, and remove the folder."""
    place = control_path_directory(control_directory)
    for path in place.iterdir():
        if path.is_socket():
            command = ["ssh", "-O", "stop", "-o", f"ControlPath={path}", "--", "any"]
            subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=10, check=False)
    with contextlib.suppress(OSError):
        place.rmdir()


def keeps_connection(process: int) -> bool:
    """Whether a process is an ssh that keeps a connection open for others: once it has left the run that began it, it
    calls itself ``ssh: PATH [mux]`` (ssh_config(5), ControlPersist)."""
    try:
        title = Path("/proc", str(process), "cmdline").read_bytes().rstrip(b"\0")
    except OSError:
        return False  # it has ended
    return title.startswith(b"ssh: ") and title.endswith(b" [mux]")


def host_python(host: Mapping[str, Any], control_directory: Path) -> list[str]:
    """The command that runs a Python script, given on its standard input, on the host as root."""
    return on_host(host, ["/usr/bin/python3", "-I", "-"], control_directory / "%C")


def on_host(host: Mapping[str, Any], words: Sequence[str], control_path: Path) -> list[str]:
    """The command that runs a program on the host as root, over the connection kept at ``control_path``.

    The words arrive as they are: ssh hands the host's shell one line, in which each of them is quoted.
    """
    if host["connection"] == "local":
        return list(words)
    if host["user"] != "root":
        words = ["sudo", "-n", *words]
    command = ["ssh", *SSH_OPTIONS, "-o", f"ControlPath={control_path}"]
    command += ["-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]
    if host.get("known_hosts_file"):
        command += ["-o", f'UserKnownHostsFile="{host["known_hosts_file"]}"']
    if host.get("identity_file"):
        command += ["-o", f'IdentityFile="{host["identity_file"]}"']
    port = str(host.get("port") or 22)
    return [*command, "-p", port, "-l", host["user"], "--", host["address"], shlex.join(words)]

"""What a host is like, a fact a line: its configuration, units, packages, images, containers, listening ports.

Two looks that are the same say that nothing happened between them. Left out: what a running system changes by
itself, and locks, which hold nothing.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

FOLDERS = ("/etc", "/run/pvdify", "/run/systemd/transient", "/usr/local")
LEFT_OUT = ("/etc/ld.so.cache", "/run/pvdify/locks", "/run/pvdify/haproxy.pid")
UNITS = ("pvdify*", "haproxy*", "foreign*")


def main():
    for fact in sorted([*files(), *units(), *packages(), *images(), *containers(), *ports()]):
        print(fact)


def files():
    for folder in FOLDERS:
        for root, names, leaves in os.walk(folder):
            for name in names + leaves:
                path = Path(root, name)
                if not str(path).startswith(LEFT_OUT) and "podman-healthcheck" not in name:
                    yield f"file {path}: {described(path)}"


def described(path):
    status = path.lstat()
    said = f"{status.st_mode:o} {status.st_uid}"
    if path.is_symlink():
        return f"{said} -> {os.readlink(path)}"
    if not path.is_file():
        return said
    return f"{said} {status.st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


def units():
    properties = "--property=Id,ActiveState,MainPID,NRestarts,ActiveEnterTimestampMonotonic"
    shown = output("systemctl", "show", "--all", properties, *UNITS)
    return ["unit " + " ".join(sorted(block.split())) for block in shown.split("\n\n")]


def packages():
    return lines(
        "package", "dpkg-query", "--show", "--showformat=${Package} ${Version} ${db:Status-Status}\n"
    )


def images():
    form = "--format={{.Repository}}:{{.Tag}} {{.Digest}} {{.Id}}"
    return lines("image", "podman", "images", "--all", "--no-trunc", form)


def containers():
    return lines(
        "container", "podman", "ps", "--all", "--no-trunc", "--format={{.Names}} {{.ID}} {{.StartedAt}}"
    )


def ports():
    return lines("port", "ss", "--no-header", "--listening", "--tcp", "--numeric", "--processes")


def lines(kind, *command):
    return [f"{kind} " + " ".join(line.split()) for line in output(*command).splitlines()]


def output(*command):
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


main()

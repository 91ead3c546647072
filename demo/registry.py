"""A real container registry (Debian's docker-registry) on the demo's network, with TLS.

Installed as a package it would start a service on this machine, so it is unpacked into the demo's directory.
"""

import http.client
import os
import shutil
import ssl
import time
from pathlib import Path

from . import certificates, lock, processes
from .commands import attempt, run
from .errors import DemoError
from .settings import REGISTRY_PORT, Settings

ROLE = "registry"
START_SECONDS = 15
APT = Path("/var/lib/apt")


def ensure(settings: Settings) -> None:
    """Starts the registry where it isn't running. The demo host is up: its network has our address."""
    certificates.ensure(_directory(settings) / "tls", settings.machine_address)
    if processes.find(settings.marker, ROLE) and _answers(settings):
        return
    processes.stop(settings.marker, ROLE)
    start(settings, port=REGISTRY_PORT, role=ROLE)


def start(
    settings: Settings,
    *,
    port: int,
    role: str,
    password_file: Path | None = None,
    images_of: str | None = None,
) -> None:
    """Starts one registry process, and returns when it answers.

    password_file: with one (bcrypt lines, as htpasswd writes them), it asks for a name and a password. images_of: the
    role of another registry, whose images it has in place of its own.
    """
    log = _directory(settings) / f"{role}.log"
    configuration = _write_configuration(settings, port, role, images_of or role, password_file)
    processes.start(
        [_program(settings), "serve", configuration],
        role=role,
        marker=settings.marker,
        log=log,
        environment={"PATH": os.defpath},
    )
    deadline = time.monotonic() + START_SECONDS
    while not _answers(settings, port):
        if time.monotonic() > deadline or not processes.find(settings.marker, role):
            raise DemoError(f"the registry did not start:\n{processes.last_lines(log)}")
        time.sleep(0.05)


def stop(settings: Settings, role: str = ROLE) -> None:
    processes.stop(settings.marker, role)


def authority(settings: Settings) -> Path:
    """The certificate (PEM) that makes the registry's own trusted."""
    return _directory(settings) / "tls" / "ca.crt"


def has(settings: Settings, repository: str, tag: str) -> bool:
    """Whether the registry holds that image."""
    accept = (
        "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
    )
    return _status(settings, REGISTRY_PORT, f"/v2/{repository}/manifests/{tag}", {"Accept": accept}) == 200


def _answers(settings: Settings, port: int = REGISTRY_PORT) -> bool:
    return _status(settings, port, "/v2/", {}) in (200, 401)


def _status(settings: Settings, port: int, path: str, headers: dict[str, str]) -> int | None:
    trust = ssl.create_default_context(cafile=str(authority(settings)))
    connection = http.client.HTTPSConnection(str(settings.machine_address), port, timeout=5, context=trust)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def _write_configuration(
    settings: Settings, port: int, role: str, images_of: str, password_file: Path | None
) -> Path:
    directory = _directory(settings)
    lines = [
        "version: 0.1",
        "log: {level: error, accesslog: {disabled: true}}",
        f"storage: {{filesystem: {{rootdirectory: {directory}/{images_of}-data}}, delete: {{enabled: true}}}}",
        f"http: {{addr: '{settings.machine_address}:{port}',",
        f"  tls: {{certificate: {directory}/tls/server.crt, key: {directory}/tls/server.key}}}}",
    ]
    if password_file:
        lines.append(f"auth: {{htpasswd: {{realm: pvdify, path: {password_file}}}}}")
    path = directory / f"{role}.yml"
    path.write_text("\n".join(lines) + "\n")
    return path


def _program(settings: Settings) -> str:
    """docker-registry: the machine's own where it is installed, else unpacked here from Debian's package."""
    installed = shutil.which("docker-registry")
    if installed:
        return installed
    unpacked = _directory(settings) / "package"
    if not (unpacked / "usr/bin/docker-registry").exists():
        _unpack(unpacked)
    return str(unpacked / "usr/bin/docker-registry")


def _unpack(target: Path) -> None:
    downloads = target.with_name("download")
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    download = ["env", f"--chdir={downloads}", "apt-get", "-q", "-o", "APT::Sandbox::User=root", "download"]
    # An apt that finds its lists locked ends at once: who is making another demo is waited for.
    with lock.one_by_one(APT):
        if attempt([*download, "docker-registry"], timeout=300).returncode != 0:
            run(["apt-get", "-q", "update"], timeout=300)
            run([*download, "docker-registry"], timeout=300)
    unfinished = target.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    run(["dpkg-deb", "--extract", next(downloads.glob("*.deb")), unfinished], timeout=60)
    unfinished.rename(target)


def _directory(settings: Settings) -> Path:
    return settings.directory / "registry"

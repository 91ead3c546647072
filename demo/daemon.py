"""pvdifyd on this machine: set up, started, and told about the demo host, with its own commands alone."""

import http.client
import os
import socket
import ssl
import sys
import time
from pathlib import Path

from . import account, processes, registry, ssh
from .commands import run
from .errors import DemoError
from .settings import Settings

ROLE = "daemon"
HOST_NAME = "demo"
START_SECONDS = 30
BINARIES = Path(sys.executable).parent


def home(settings: Settings) -> Path:
    return settings.directory / "pvdify"


def certificate(settings: Settings) -> Path:
    """The daemon's own certificate (PEM), for its clients to trust."""
    return home(settings) / "tls" / "certificate.pem"


def environment(settings: Settings) -> dict[str, str]:
    """What pvdifyd, and the playbooks run by hand, find the demo's daemon by."""
    return {
        "PVDIFYD_HOME": str(home(settings)),
        "PVDIFYD_LISTEN": settings.listen,
        "PVDIFYD_USER": account.name(settings),
        "PVDIFYD_START_TIMEOUT": str(30 * settings.slowness),
        # The sample app's longest answer takes two seconds; a stream is not waited for.
        "PVDIFYD_DRAIN_TIMEOUT": "5",
    }


def start(settings: Settings, **variables: str) -> None:
    """Starts the daemon anew and returns when it is ready to work. variables: what its environment has beside."""
    stop(settings)
    _check_address_is_free(settings)
    pvdifyd(settings, "init")
    log = settings.directory / "pvdifyd.log"
    process = processes.start(
        [BINARIES / "pvdifyd"],
        role=ROLE,
        marker=settings.marker,
        log=log,
        environment={**_whole_environment(settings), **variables},
    )
    (settings.directory / "pvdifyd.pid").write_text(f"{process}\n")
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(settings):
        if time.monotonic() > deadline or not processes.find(settings.marker, ROLE):
            raise DemoError(f"pvdifyd did not start ({log}):\n{processes.last_lines(log)}")
        time.sleep(0.1)


def stop(settings: Settings) -> None:
    processes.stop(settings.marker, ROLE)


def pvdifyd(settings: Settings, *arguments: object, timeout: float = 60) -> str:
    """Runs a command of pvdifyd and returns what it printed; DemoError when it fails."""
    return run([BINARIES / "pvdifyd", *arguments], timeout=timeout, environment=_whole_environment(settings))


def ensure_token(settings: Settings) -> str:
    """A token for the API: the one of an earlier run, else a new one."""
    path = settings.directory / "token"
    if not path.exists() or not path.read_text():
        token = pvdifyd(settings, "token", "create").strip()
        path.touch(mode=0o600)
        path.write_text(token)
    return path.read_text()


def ensure_host(settings: Settings, *, new: bool) -> None:
    """Tells the daemon about the demo host, which prepares it.

    new: the host is an empty one, so that it is prepared even if the daemon knew one of its name before.
    """
    prepared = settings.directory / "host.prepared"
    if new:
        prepared.unlink(missing_ok=True)
    if prepared.exists():
        return
    if HOST_NAME in pvdifyd(settings, "host", "list").split():
        pvdifyd(settings, "host", "prepare", HOST_NAME, timeout=300 * settings.slowness)
    else:
        pvdifyd(settings, "host", "add", HOST_NAME, *_host_options(settings), timeout=300 * settings.slowness)
    prepared.touch()


def _host_options(settings: Settings) -> list[str]:
    return [
        f"--ssh=root@{settings.host_address}",
        f"--identity={ssh.identity(settings)}",
        f"--known-hosts={ssh.known_hosts(settings)}",
        # Apps are reached from this machine, which is not the host.
        "--bind-address=0.0.0.0",
        f"--registry-ca={settings.registry}={registry.authority(settings)}",
    ]


def _whole_environment(settings: Settings) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    path = f"{BINARIES}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {**kept, "PATH": path, **environment(settings)}


def _is_ready(settings: Settings) -> bool:
    trust = ssl.create_default_context(cafile=str(certificate(settings)))
    address, _, port = settings.listen.rpartition(":")
    connection = http.client.HTTPSConnection(address, int(port), timeout=5, context=trust)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _check_address_is_free(settings: Settings) -> None:
    address, _, port = settings.listen.rpartition(":")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, int(port)))
        except OSError as error:
            raise DemoError(
                f"{settings.listen} can't be listened on ({error.strerror}). Is another pvdifyd running, or a\n"
                "demo of another checkout? To take another port: PVDIFY_DEMO_LISTEN=127.0.0.1:9444 make demo"
            ) from error

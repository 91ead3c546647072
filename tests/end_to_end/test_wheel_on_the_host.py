"""pvdifyd on the host itself, from the wheel alone: no checkout, no ssh, no other machine."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import registry, ssh
from tests.end_to_end.world import World, wait_until
from tests.packaging.conftest import wheel

__all__ = ["wheel"]

HOME = "/var/lib/pvdify-on-host"
PROGRAMS = "/opt/pvdify-on-host/bin"
UNIT = "pvdifyd-on-host.service"
LISTEN = "127.0.0.1:9643"
ENVIRONMENT = {
    "PVDIFYD_HOME": HOME,
    "PVDIFYD_LISTEN": LISTEN,
    "PVDIFYD_START_TIMEOUT": "15",
    "LANG": "C.UTF-8",
}
# The certificates this machine trusts: where a proxy stands before the package index, the host must trust it too.
AUTHORITIES = Path(os.environ.get("PIP_CERT", "/etc/ssl/certs/ca-certificates.crt"))
INSTALL_SECONDS = 600


class Daemon:
    """pvdifyd and pvdify on the host; each call runs one of their commands there."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.environment = dict(ENVIRONMENT)

    def run(self, *command: object, timeout: float = 120) -> str:
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        words = [str(word) for word in command]
        finished = ssh.on_host(self._world.settings, "env", *variables, *words, timeout=timeout)
        assert finished.returncode == 0, f"{words}\n{finished.stdout}{finished.stderr}"
        return finished.stdout

    def pvdify(self, *arguments: object) -> str:
        return self.run(f"{PROGRAMS}/pvdify", *arguments)

    def pvdifyd(self, *arguments: object) -> str:
        return self.run(f"{PROGRAMS}/pvdifyd", *arguments, timeout=300)

    def answer(self, app: str) -> str:
        port = json.loads(self.pvdify("apps:info", app, "--json"))["bind_port"]
        return self.run("busybox", "wget", "-q", "-O-", f"http://127.0.0.1:{port}/")


@pytest.fixture(scope="module")
def daemon(world: World, wheel: Path) -> Iterator[Daemon]:
    found = Daemon(world)
    copy(world, wheel, f"/root/{wheel.name}")
    copy(world, AUTHORITIES, "/root/authorities.pem")
    copy(world, registry.authority(world.settings), "/root/registry.pem")
    found.run("python3", "-m", "venv", "/opt/pvdify-on-host")
    index = [f"PIP_INDEX_URL={os.environ['PIP_INDEX_URL']}"] if "PIP_INDEX_URL" in os.environ else []
    pip = [*index, "PIP_CERT=/root/authorities.pem", f"{PROGRAMS}/pip", "install", "-q", "--no-compile"]
    found.run("env", *pip, f"/root/{wheel.name}[server]", timeout=INSTALL_SECONDS)
    try:
        yield started(world, found)
    finally:
        world.exit_code_on_host("systemctl", "stop", UNIT)
        world.on_host("rm", "-rf", HOME, "/opt/pvdify-on-host")


def started(world: World, daemon: Daemon) -> Daemon:
    daemon.pvdifyd("init")
    variables = [f"--setenv={name}={value}" for name, value in ENVIRONMENT.items()]
    world.on_host("systemd-run", "--quiet", f"--unit={UNIT}", *variables, f"{PROGRAMS}/pvdifyd")
    daemon.pvdifyd("host", "add", "here", f"--registry-ca={world.settings.registry}=/root/registry.pem")
    daemon.environment |= {
        "PVDIFY_URL": f"https://{LISTEN}",
        "PVDIFY_CA_FILE": f"{HOME}/tls/certificate.pem",
        "PVDIFY_TOKEN": daemon.pvdifyd("token", "create").strip(),
    }
    wait_until(lambda: "Usage" in daemon.pvdify("--help"), seconds=10, what="the command line answers")
    wait_until(lambda: listening(world), seconds=30, what="pvdifyd listens")
    return daemon


def listening(world: World) -> bool:
    return LISTEN in world.on_host("ss", "--listening", "--tcp", "--numeric")


def copy(world: World, source: Path, target: str) -> None:
    """Copies a file of any content to the host."""
    text = base64.b64encode(source.read_bytes()).decode()
    finished = ssh.on_host(world.settings, "sh", "-c", f"base64 -d > {target}", standard_input=text)
    assert finished.returncode == 0, finished.stderr


def test_the_main_job_is_done_with_no_checkout_and_no_ssh(world: World, daemon: Daemon) -> None:
    daemon.pvdify("apps:create", "onhost", "--health-path", "/health")
    daemon.pvdify("deploy", "onhost", "--image", world.image("v1"))
    assert "v1" in daemon.answer("onhost")
    daemon.pvdify("deploy", "onhost", "--image", world.image("v2"))
    assert "v2" in daemon.answer("onhost")
    daemon.pvdify("rollback", "onhost")
    assert "v1" in daemon.answer("onhost")

    states = {one["state"] for one in json.loads(daemon.pvdify("ps", "onhost", "--json"))}
    assert states == {"healthy"}

    daemon.pvdify("apps:destroy", "onhost", "--confirm", "onhost")
    assert world.on_host("podman", "ps", "--quiet", "--filter", "label=pvdify.app=onhost") == ""


def test_the_api_runs_without_root_and_the_worker_with_it(world: World, daemon: Daemon) -> None:
    owners = world.on_host("ps", "-eo", "user:20,args")
    serving = {line.split()[0] for line in owners.splitlines() if "pvdifyd serve" in line}
    working = {line.split()[0] for line in owners.splitlines() if "pvdifyd work" in line}
    assert serving == {"pvdify"}
    assert working == {"root"}

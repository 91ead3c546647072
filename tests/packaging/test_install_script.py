"""The line that the product's documents print, typed on a clean Debian by somebody who is not root."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from demo.settings import Settings
from tests.packaging.clean_machine import CleanMachine, clean_machine, podman_for_machines

PRINTED = "curl -fsSL https://pvdify.win/install.sh | bash"


@dataclass(frozen=True)
class Server:
    """A daemon that was installed from the wheel, with no checkout."""

    address: str
    certificate: Path
    fingerprint: str
    token: str


@pytest.fixture(scope="module")
def podman() -> Iterator[Settings]:
    with podman_for_machines() as settings:
        yield settings


@pytest.fixture(scope="module")
def server(
    server_environment: Path, podman: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("server") / "home"
    program = server_environment / "pvdifyd"
    ours = {"PVDIFYD_HOME": str(home), "PVDIFYD_USER": "root", "PVDIFYD_LISTEN": podman.listen}
    environment = {**os.environ, **ours}
    said = _ended([program, "init", "--san", "pvdify.win"], environment)
    (fingerprint,) = re.findall(r"^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$", said, re.MULTILINE)
    found = Server(
        address=podman.listen,
        certificate=home / "tls" / "certificate.pem",
        fingerprint=fingerprint,
        token=_ended([program, "token", "create", "--name", "ada"], environment).strip(),
    )
    process = subprocess.Popen([program, "serve"], cwd="/", env=environment)
    try:
        _wait_for(found)
        yield found
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def machine(podman: Settings, server: Server, tmp_path: Path) -> Iterator[CleanMachine]:
    """A new machine, to which pvdify.win is that server."""
    curl = tmp_path / "curlrc"
    curl.write_text(f'connect-to = "pvdify.win:443:{server.address}"\ncacert = "/home/ada/certificate.pem"\n')
    with clean_machine(podman) as made:
        made.has(server.certificate, "/home/ada/certificate.pem")
        made.has(curl, "/home/ada/.curlrc")
        yield made


def test_the_printed_line_installs_it_without_root_again_and_away(
    machine: CleanMachine, server: Server
) -> None:
    assert machine.gets("id -u").strip() != "0"
    first = machine.gets(PRINTED)
    assert "pvdify login --url https://pvdify.win\n" in first
    # Debian's own profile has ~/.local/bin in the PATH from the next sign-in on.
    assert machine.gets("command -v pvdify") == "/home/ada/.local/bin/pvdify\n"
    led_to = machine.gets("readlink ~/.local/bin/pvdify")

    second = machine.gets(PRINTED)
    assert "PATH" not in second
    assert machine.gets("readlink ~/.local/bin/pvdify") != led_to
    assert re.fullmatch(r"pvdify \d\S+\n", machine.gets("pvdify --version"))

    signing_in = (
        f"pvdify login --url https://{server.address} --fingerprint {server.fingerprint} --token-stdin"
    )
    machine.gets(f'{signing_in} <<<"$TOKEN"', TOKEN=server.token)
    assert "ada" in machine.gets("pvdify whoami")

    broken = machine.types(PRINTED, PIP_INDEX_URL="https://127.0.0.1:9/simple", PIP_RETRIES="0")
    assert broken.returncode == 1
    assert "What was installed before is as it was." in broken.stderr
    assert "ada" in machine.gets("pvdify whoami")

    (removal,) = re.findall(r"^To remove it: +(.+)$", second, re.MULTILINE)
    machine.gets(removal)
    assert machine.types("pvdify --version").returncode == 127
    assert machine.gets("find ~/.local -type f -o -type l") == ""


def test_where_debian_lacks_the_package_for_environments_it_is_named(machine: CleanMachine) -> None:
    machine.as_root(
        "sh",
        "-c",
        "dpkg --purge --force-depends python3-venv $(dpkg-query -W -f '${Package} ' 'python3*-venv')",
    )
    told = machine.types(PRINTED)
    assert told.returncode == 1
    assert "can't make virtual environments" in told.stderr
    assert "apt-get install python3-venv" in told.stderr
    assert machine.gets("ls -A ~/.local 2>/dev/null || true") == ""


def _ended(command: list[object], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + 30
    with requests.Session() as session:
        # A REQUESTS_CA_BUNDLE of the machine would win over `verify`.
        session.trust_env = False
        while True:
            try:
                session.get(f"https://{server.address}/health", verify=str(server.certificate), timeout=5)
                return
            except requests.ConnectionError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)

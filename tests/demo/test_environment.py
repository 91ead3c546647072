"""`.demo/env` is sourced by shells, holds a token, and survives odd paths."""

import subprocess
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from demo import environment
from demo.settings import Settings

NAMES = [
    *("PVDIFY_URL", "PVDIFY_TOKEN", "PVDIFY_CA_FILE", "PVDIFYD_HOME"),
    *("PVDIFY_DEMO_IMAGE_V1", "PVDIFY_DEMO_IMAGE_V2", "PVDIFY_DEMO_IMAGE_CRASH", "PVDIFY_DEMO_IMAGE_SICK"),
    *("PVDIFY_DEMO_APP_URL", "PVDIFY_DEMO_TUNNEL_URL", "PVDIFY_DEMO_HOST_EXEC"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    directory = tmp_path / "it's a $HOME"
    directory.mkdir()
    return Settings("pvdify-demo", directory, IPv4Network("192.0.2.0/24"), "127.0.0.1:9443")


def test_a_shell_gets_every_variable(settings: Settings) -> None:
    path = environment.write(settings, "pvd_secret", "http://192.0.2.2:3000")
    program = '. "$0"; for name in "$@"; do printf "%s\\n" "${!name}"; done; command -v pvdify'
    shell = subprocess.run(
        ["bash", "-c", program, path, *NAMES], env={}, capture_output=True, text=True, timeout=10, check=True
    )
    *values, program_path = shell.stdout.splitlines()
    got = dict(zip(NAMES, values, strict=True))
    assert got["PVDIFY_TOKEN"] == "pvd_secret"
    assert got["PVDIFYD_HOME"] == str(settings.directory / "pvdify")
    assert got["PVDIFY_DEMO_IMAGE_SICK"] == "192.0.2.1:5000/sample:sick"
    assert got["PVDIFY_DEMO_APP_URL"] == "http://192.0.2.2:3000"
    assert all(got.values())
    assert program_path.endswith("/bin/pvdify")


def test_only_its_owner_can_read_it(settings: Settings) -> None:
    path = environment.write(settings, "pvd_secret", "http://192.0.2.2:3000")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_write_replaces_it(settings: Settings) -> None:
    environment.write(settings, "pvd_old", "http://192.0.2.2:3000")
    path = environment.write(settings, "pvd_new", "http://192.0.2.2:3000")
    assert "pvd_new" in path.read_text()
    assert "pvd_old" not in path.read_text()

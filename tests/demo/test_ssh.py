"""`$PVDIFY_DEMO_HOST_EXEC` runs what follows it as it stands, and knows the host's key beforehand."""

import os
import subprocess
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from demo import ssh
from demo.settings import Settings

# Like sshd: the last argument is a line for the login shell.
LIKE_SSH = '#!/bin/bash\nexec bash -c "${@: -1}"\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings("pvdify-demo", tmp_path / "a demo", IPv4Network("192.0.2.0/24"), "127.0.0.1:9443")


def run(settings: Settings, tmp_path: Path, *arguments: str) -> str:
    (tmp_path / "ssh").write_text(LIKE_SSH)
    (tmp_path / "ssh").chmod(0o755)
    prefix = ssh.write_prefix(settings)
    # The login shell that stands for sshd's gets what the real one would: one line.
    environment = {"PATH": f"{tmp_path}:{os.defpath}"}
    finished = subprocess.run(
        [prefix, *arguments], env=environment, capture_output=True, text=True, timeout=10, check=True
    )
    return finished.stdout


def test_arguments_arrive_as_they_are(settings: Settings, tmp_path: Path) -> None:
    nasty = ["a b", "it's", '"$HOME"', "`id`", "a;b", "*", "", "über\tx", "a\nb"]
    assert run(settings, tmp_path, "printf", "%s\\0", *nasty).split("\0")[:-1] == nasty


def test_a_script_for_a_shell_is_one_argument(settings: Settings, tmp_path: Path) -> None:
    assert run(settings, tmp_path, "sh", "-c", 'echo "$1" | tr a-z A-Z', "sh", "one two") == "ONE TWO\n"


def test_a_single_argument_is_a_line_for_the_shell(settings: Settings, tmp_path: Path) -> None:
    assert run(settings, tmp_path, "echo one | tr a-z A-Z") == "ONE\n"


def test_keys_are_made_once_and_the_hosts_is_known(settings: Settings) -> None:
    ssh.make_keys(settings)
    first = ssh.identity(settings).read_bytes()
    ssh.make_keys(settings)
    assert ssh.identity(settings).read_bytes() == first
    assert ssh.identity(settings).stat().st_mode & 0o077 == 0
    address, kind, key = ssh.known_hosts(settings).read_text().split()[:3]
    assert (address, kind) == ("192.0.2.2", "ssh-ed25519")
    assert key in ssh.host_key(settings).with_suffix(".pub").read_text()

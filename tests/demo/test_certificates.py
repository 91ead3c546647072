"""A server's certificate is good for its address, for who trusts the authority."""

import subprocess
from ipaddress import IPv4Address
from pathlib import Path

from demo import certificates


def verified(directory: Path, address: str) -> bool:
    trusted = [
        "-CAfile",
        directory / "ca.crt",
        "-verify_ip",
        address,
        "-purpose",
        "sslserver",
        "-x509_strict",
    ]
    command = ["openssl", "verify", *trusted, directory / "server.crt"]
    return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0


def test_it_is_good_for_its_address_alone(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, IPv4Address("192.0.2.1"))
    assert verified(tmp_path, "192.0.2.1")
    assert not verified(tmp_path, "192.0.2.9")
    assert (tmp_path / "server.key").stat().st_mode & 0o077 == 0


def test_it_is_made_once(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, IPv4Address("192.0.2.1"))
    first = (tmp_path / "server.crt").read_bytes()
    certificates.ensure(tmp_path, IPv4Address("192.0.2.1"))
    assert (tmp_path / "server.crt").read_bytes() == first

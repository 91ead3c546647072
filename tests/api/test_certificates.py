"""The API's own certificate."""

from __future__ import annotations

import ssl
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from pvdifyd import certificates
from pvdifyd.errors import SettingsError


def test_the_certificate_names_this_machine_and_is_loaded_by_tls(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificates.make(certificate, key, ["box.example", "10.0.0.2", "localhost"])
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "box.example"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == [
        "127.0.0.1",
        "::1",
        "10.0.0.2",
    ]


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    certificates.make(tmp_path / "certificate.pem", tmp_path / "key.pem", [])
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["certificate.pem", "key.pem"]


@pytest.mark.parametrize("name", ["", "a b", "x" * 300, "ä.example"])
def test_a_name_that_can_not_be_certified_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        certificates.make(tmp_path / "certificate.pem", tmp_path / "key.pem", [name])
    assert not list(tmp_path.iterdir())


def test_only_a_certificate_is_taken_as_a_registrys() -> None:
    with pytest.raises(SettingsError, match=r"ca\.pem"):
        certificates.check_pem(b"no certificate", "ca.pem")


def test_a_fingerprint_is_the_one_that_openssl_shows(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificates.make(certificate, tmp_path / "key.pem", [])
    command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", certificate]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    assert shown.rpartition("=")[2].strip() == certificates.fingerprint(certificate)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_without_a_certificate_has_no_fingerprint(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "certificate.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"certificate\.pem holds no certificate"):
        certificates.fingerprint(path)

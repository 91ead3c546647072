"""The API's own certificate: made once, trusted by handing it to clients."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pvdifyd.errors import SettingsError, shown
from pvdifyd.files import write_atomically

LIFETIME = timedelta(days=3650)
# Clocks differ; a certificate that is valid from now is refused by a client that lags.
BACKDATED = timedelta(hours=1)

ALWAYS = ("localhost", "127.0.0.1", "::1")


def make(certificate_path: Path, key_path: Path, names: Iterable[str]) -> None:
    """A self-signed certificate for these names and addresses, and its key (mode 0600).

    Raises SettingsError for a name that can't stand in a certificate.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pvdifyd")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in unique(names)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(usage, True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    write_atomically(
        key_path,
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        mode=0o600,
    )
    write_atomically(certificate_path, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def fingerprint(certificate_path: Path) -> str:
    """The SHA-256 of the file's first certificate, as people compare it and `pvdify login` shows it: `AA:BB:…`.

    Raises SettingsError where the file holds none.
    """
    try:
        certificate = x509.load_pem_x509_certificates(certificate_path.read_bytes())[0]
    except (OSError, ValueError):
        raise SettingsError(f"{certificate_path} holds no certificate in PEM form.") from None
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def names_of_machine() -> list[str]:
    """The names this machine goes by."""
    return [name for name in (socket.gethostname(), socket.getfqdn()) if name]


def unique(names: Iterable[str]) -> list[str]:
    """Each name once, those that always belong first."""
    return list(dict.fromkeys([*ALWAYS, *names]))


def general_name(name: str) -> x509.GeneralName:
    """A name or an address as a certificate holds it; raises SettingsError."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        if not name or len(name) > 253 or any(character in name for character in " /\\\"'"):
            raise ValueError
        return x509.DNSName(name)
    except ValueError:
        raise SettingsError(f"{shown(name)} is neither a host's name nor an IP address.") from None


def check_pem(pem: bytes, source: str) -> str:
    """The certificates of a PEM file as text; raises SettingsError."""
    try:
        x509.load_pem_x509_certificates(pem)
        return pem.decode("ascii")
    except ValueError:
        raise SettingsError(f"{source} holds no certificate in PEM form.") from None

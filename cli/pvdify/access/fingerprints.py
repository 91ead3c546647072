"""The SHA-256 fingerprint of a certificate, as people compare it: `AA:BB:…`."""

from __future__ import annotations

import re

from pvdify.errors import UsageError

COMPARE = "openssl x509 -noout -fingerprint -sha256 -in /var/lib/pvdify/tls/certificate.pem"
"""What shows it on the server, where pvdifyd's home is where it is by default."""

_DIGITS = re.compile(r"[0-9a-f]{64}", re.ASCII)


def parse(text: str, origin: str) -> str:
    """Read a fingerprint as `AA:BB:…`, as 64 digits, or as the whole line that openssl prints.

    Returns:
        64 hexadecimal digits.

    Raises:
        UsageError: It is none.
    """
    digits = text.rpartition("=")[2].replace(":", "").strip().lower()
    if _DIGITS.fullmatch(digits) is None:
        raise UsageError(
            f"{origin}: {text!r} is no SHA-256 fingerprint: 32 pairs of hexadecimal digits, as in AA:BB:…",
            f"On the server: {COMPARE}",
        )
    return digits


def shown(digits: str) -> str:
    """Give a fingerprint as people compare it."""
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()

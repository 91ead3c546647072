"""The form of an API token: pvd_, 32 random characters, 6 of a checksum; all base62."""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib

PREFIX = "pvd_"
RANDOM_LENGTH = 32
CHECKSUM_LENGTH = 6

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{RANDOM_LENGTH}}})([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})", re.ASCII)


def new() -> str:
    """A token nobody has seen: 190 bits of randomness."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_LENGTH))
    return PREFIX + random + _checksum(random)


def is_well_formed(text: str) -> bool:
    """Whether the text has a token's form and its checksum; says nothing of its being known."""
    match = _FORM.fullmatch(text)
    return match is not None and secrets.compare_digest(_checksum(match[1]), match[2])


def fingerprint(token: str) -> str:
    """What is stored instead of the token: its SHA-256 as hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def _checksum(random: str) -> str:
    number = zlib.crc32(random.encode())
    digits = ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits

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
# Behind a token there may be more letters, or the beginning of another one: each place is looked at.
_ANYWHERE = re.compile(rf"(?=({_FORM.pattern}))", re.ASCII)


def new() -> str:
    """A token nobody has seen: 190 bits of randomness."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_LENGTH))
    return PREFIX + random + _checksum(random)


def is_well_formed(text: str) -> bool:
    """Whether the text has a token's form and its checksum; says nothing of its being known."""
    match = _FORM.fullmatch(text)
    return match is not None and secrets.compare_digest(_checksum(match[1]), match[2])


def is_in(text: str) -> bool:
    """Whether there is a well-formed token anywhere in the text."""
    return any(is_well_formed(match[1]) for match in _ANYWHERE.finditer(text))


def masked(text: str) -> str:
    """The text without whatever looks like a token in it."""
    return _FORM.sub(f"{PREFIX}…", text)


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

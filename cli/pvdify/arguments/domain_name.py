"""A domain, however people write it."""

from __future__ import annotations


def canonical(name: str) -> str:
    """Give a domain as the server keeps it, in ASCII and lower case; as it is where it can't be one."""
    import idna

    wildcard = "*." if name.startswith("*.") else ""
    try:
        plain = name.removeprefix("*.").removesuffix(".")
        return wildcard + idna.encode(plain, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return name

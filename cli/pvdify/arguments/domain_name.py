"""A domain, however people write it."""

from __future__ import annotations


def canonical(name: str) -> str:
    """Give a domain as the server keeps it, in ASCII and lower case; as it is where it can't be one."""
    import idna

    wildcard = "*." if name.startswith("*.") else ""
    try:
        plain = idna.encode(name.removeprefix("*."), uts46=True, std3_rules=True).decode("ascii")
        return wildcard + plain.lower().removesuffix(".")
    except (idna.IDNAError, UnicodeError):
        return name

"""What a domain may be called."""

from __future__ import annotations

import ipaddress
import re

import idna

from pvdifyd.errors import RuleError, shown

WILDCARD = "*."
NAME_LIMIT = 253
# What is longer can't become a name, and isn't looked into.
TEXT_LIMIT = 1024
# A name that ends so is an address to browsers: https://url.spec.whatwg.org/#ends-in-a-number-checker.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def domain_named(text: str) -> str:
    """The name as it is kept and sent: ASCII by IDNA 2008, in lower case, without a dot at its end.

    `*.` may stand before it, for all names below it. Raises RuleError(domain_name).
    """
    if len(text) > TEXT_LIMIT:
        raise _broken(text, f"it has more than {NAME_LIMIT} characters")
    wildcard = WILDCARD if text.startswith(WILDCARD) else ""
    name = wildcard + _ascii(text, text.removeprefix(WILDCARD))
    if len(name) > NAME_LIMIT:
        raise _broken(text, f"it has more than {NAME_LIMIT} characters")
    return name


def _ascii(text: str, name: str) -> str:
    if any(bad in name for bad in "/:@?# "):
        raise _broken(text, "it is an address, or has a port: write the name alone")
    if "*" in name:
        raise _broken(text, "an asterisk may only be the first part, once")
    try:
        # Of the dot at the end only IDNA knows all forms.
        encoded = idna.encode(name, uts46=True, std3_rules=True).decode("ascii").lower().removesuffix(".")
    except (idna.IDNAError, UnicodeError) as error:
        raise _broken(text, str(error).rstrip(".") or "a part of it breaks the rules of IDNA") from None
    if _is_address(encoded) or _NUMBER.fullmatch(encoded.rpartition(".")[2]):
        raise _broken(text, "it is an IP address")
    if "." not in encoded:
        raise _broken(text, "it has no dot in it")
    return encoded


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _broken(text: str, why: str) -> RuleError:
    # What IDNA says may repeat parts of the name.
    said = "".join(character if character.isprintable() else "?" for character in why)[:200]
    return RuleError(
        "domain_name",
        f"{shown(text)} can't be a domain: {said}. Write it as in myapp.com, www.myapp.com or *.myapp.com.",
    )

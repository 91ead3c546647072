"""Caddy's configuration of a host's domains, decided purely (https://caddyserver.com/docs/caddyfile)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .. import names
from ..answers import StepFailed
from . import ingress_rules

HEADER = "# Made by pvdify, and written anew by it: changes are lost.\n"
AUTOMATIC, INTERNAL = "automatic", "internal"

# What can't be anything but one word of a Caddyfile.
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")


def text(routes: Iterable[Mapping[str, Any]], certificates: str, email: str | None) -> str:
    """The file. Caddy itself prefers exact names to wildcards, and longer wildcards to shorter ones.

    Raises ``StepFailed(ingress_invalid)``.
    """
    rules = ingress_rules.rules(routes)[:-1]
    sites = [f"{rule['hostname']} {{\n\treverse_proxy {rule['service']}\n}}\n" for rule in rules]
    return "\n".join([HEADER + _options(certificates, email), *sites])


def _options(certificates: str, email: str | None) -> str:
    lines = [f"admin unix/{names.CADDY_ADMIN}", f"storage file_system {names.CADDY_STATE}"]
    if certificates == INTERNAL:
        # Of an authority of Caddy's own, which nobody else trusts until they are told to.
        lines += ["local_certs", "skip_install_trust"]
    elif email is not None:
        if _EMAIL.fullmatch(email) is None:
            raise StepFailed(
                "ingress_invalid",
                f"{email!r} is no e-mail address that Caddy could give to its certificate authority.",
                next_step="Name another one: pvdify edge:set caddy --email ADDRESS",
            )
        lines.append(f"email {email}")
    return "{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def needs_dns(domain: str, certificates: str) -> bool:
    """Whether Caddy as Debian has it can get no certificate for this name: for a wildcard, an authority wants a record
    in DNS, which only a build with a module for the provider makes."""
    return certificates == AUTOMATIC and domain.startswith("*.")

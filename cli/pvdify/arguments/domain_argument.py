"""The arguments `[APP] DOMAIN…`: what has a dot in it is a domain, and never an app."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pvdify.arguments.app_argument import take
from pvdify.arguments.app_resolution import may_be_name, required
from pvdify.errors import UsageError

# Wider than the server's rule, which is the server's to tell; but each is one segment of a URL.
_LABEL = r"[^\s./:@?#*\\]+"
_SHAPE = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})+\.?")
_EXAMPLE = "As in myapp.com, www.myapp.com or *.myapp.com."


def take_domains(arguments: tuple[str, ...], app_option: str | None) -> tuple[str, list[str]]:
    """Find the app and the domains, each once.

    Raises:
        UsageError: No app is named, or what is named is no domain.
    """
    app_first = app_option is None and bool(arguments) and may_be_name(arguments[0])
    taken = take(arguments, app_option, operands=len(arguments) - app_first)
    return required(taken.app), list(dict.fromkeys(_checked(domain) for domain in taken.rest))


def take_some(arguments: tuple[str, ...], app_option: str | None) -> tuple[str, list[str]]:
    """The same, of one domain at least."""
    app, domains = take_domains(arguments, app_option)
    if not domains:
        raise UsageError("DOMAIN is missing.", _EXAMPLE)
    return app, domains


def take_one(arguments: tuple[str, ...], app_option: str | None) -> tuple[str, str]:
    """The same, of exactly one domain."""
    app, domains = take_some(arguments, app_option)
    if len(domains) > 1:
        raise UsageError("One domain is asked for.", _EXAMPLE)
    return app, domains[0]


def _checked(text: str) -> str:
    if _SHAPE.fullmatch(text):
        return text
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        host = ""
    hint = f"Did you mean {host}? " if host != text and _SHAPE.fullmatch(host) else ""
    raise UsageError(f"{text!r} is not a domain.", f"{hint}{_EXAMPLE}")

"""What a token's name, scope, apps and lifetime may be."""

from __future__ import annotations

import re

from pvdifyd import clock, names, tokens
from pvdifyd.errors import RuleError, shown
from pvdifyd.models.token import SCOPES

NAME_LIMIT = 100
APPS_LIMIT = 100
NEVER = "never"
DEFAULT_LIFETIME = "90d"
LONGEST_DAYS = 3650

_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._@-]{{0,{NAME_LIMIT - 1}}}", re.ASCII)
_LIFETIME = re.compile(r"([1-9][0-9]{0,5})([mhd])", re.ASCII)
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


def check_name(name: str) -> str:
    """The name itself, when it may be a token's; raises RuleError(token_name)."""
    if tokens.is_in(name):
        # It is not repeated: this one may be in use.
        raise RuleError("token_name", "That is a token, and no name for one: name who uses it, as ci.")
    if _NAME.fullmatch(name) is None:
        raise RuleError(
            "token_name",
            f"{shown(name)} can't be a token's name: 1 to {NAME_LIMIT} of A-Z, a-z, 0-9 and . _ @ -, a letter or "
            "digit first, as in ci or anna@laptop.",
        )
    return name


def check_scope(scope: str) -> str:
    """The scope itself, when there is one; raises RuleError(scope)."""
    if scope not in SCOPES:
        raise RuleError("scope", f"{shown(scope)} is no scope: choose one of {', '.join(SCOPES)}.")
    return scope


def checked_apps(apps: list[str] | None) -> list[str] | None:
    """The apps in order, each once; raises RuleError(app_name, token_apps)."""
    if apps is None:
        return None
    if not 1 <= len(apps) <= APPS_LIMIT:
        raise RuleError("token_apps", f"Name 1 to {APPS_LIMIT} apps, or none to have a token for all.")
    return sorted({names.check_app_name(app) for app in apps})


def expiry(lifetime: str) -> str | None:
    """When a token of now that lives that long expires, None for never; raises RuleError(lifetime)."""
    if lifetime == NEVER:
        return None
    match = _LIFETIME.fullmatch(lifetime)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 0 < seconds <= LONGEST_DAYS * _SECONDS["d"]:
        raise RuleError(
            "lifetime",
            f"{shown(lifetime)} is no lifetime: write a whole number above zero and m, h or d, at most "
            f"{LONGEST_DAYS}d, as {DEFAULT_LIFETIME}; or {NEVER}.",
        )
    return clock.ago(-seconds)

"""What a registry, a username and a password may be."""

from __future__ import annotations

import re

from pvdifyd.errors import InvalidError, RuleError, shown, without_login
from pvdifyd.image_reference import DEFAULT_DOMAIN
from pvdifyd.operations.hosts import check_registry

REGISTRY_LIMIT = 255
USERNAME_LIMIT = 255
PASSWORD_LIMIT = 65536

# What else Docker Hub is called, in docker's own files and at its website.
_DOCKER_HUB = tuple(
    f"{name}.docker.{end}" for name, end in (("index", "io"), ("registry-1", "io"), ("hub", "com"))
)

# What makes an address of a registry: its scheme, and where its API is.
_ADDRESS = re.compile(r"^https?://|/(v[12]/?)?$", re.ASCII | re.IGNORECASE)


def registry_named(name: str) -> str:
    """The registry as an image's reference has it, once that is complete; an address of it, as programs show it, will
    do. Raises InvalidError(registry), which does not repeat a login in it."""
    host = _ADDRESS.sub("", name).lower()
    try:
        check_registry(host)
    except RuleError:
        raise _refusal(
            name,
            "is no registry: write HOST or HOST:PORT as in an image, without a path and a login, as ghcr.io.",
        ) from None
    if len(host) > REGISTRY_LIMIT:
        raise _refusal(name, f"is no registry: one has at most {REGISTRY_LIMIT} characters.")
    return DEFAULT_DOMAIN if host in _DOCKER_HUB else host


def _refusal(name: str, why: str) -> InvalidError:
    said = without_login(name)
    return InvalidError.field("registry", said, "registry", f"{shown(said)} {why}")


def check_username(username: str) -> str:
    """The name itself, if a registry can be told it; raises RuleError(username), which does not repeat it."""
    printable = all(character >= " " and character != "\x7f" for character in username)
    if not 1 <= len(username) <= USERNAME_LIMIT or not printable or ":" in username:
        raise RuleError(
            "username",
            f"A username has 1 to {USERNAME_LIMIT} characters, no colon and no control character. (It is not repeated "
            "here: what stands behind a colon is often the password.)",
        )
    return username


def check_password(password: str) -> str:
    """The password itself, if a registry can be told it; raises RuleError(password), which does not repeat it."""
    size = len(password.encode())
    if not 1 <= size <= PASSWORD_LIMIT or any(bad in password for bad in "\0\r\n"):
        raise RuleError(
            "password",
            f"A password has 1 to {PASSWORD_LIMIT} bytes, and no line break or NUL in it; this one has {size} bytes. "
            "One that is read from a file often ends with a line break: leave that out.",
        )
    return password

"""What a registry, a username and a password may be."""

from __future__ import annotations

from pvdifyd.errors import InvalidError, RuleError
from pvdifyd.image_reference import DEFAULT_DOMAIN
from pvdifyd.operations.hosts import check_registry

REGISTRY_LIMIT = 255
USERNAME_LIMIT = 255
PASSWORD_LIMIT = 65536


def registry_named(name: str) -> str:
    """The registry as an image's reference has it, once that is complete; raises InvalidError(registry)."""
    try:
        check_registry(name)
    except RuleError as broken:
        raise InvalidError.field("registry", name, broken.rule, broken.detail) from None
    if len(name) > REGISTRY_LIMIT:
        said = f"A registry's name has at most {REGISTRY_LIMIT} characters."
        raise InvalidError.field("registry", name, "registry", said)
    return DEFAULT_DOMAIN if name == f"index.{DEFAULT_DOMAIN}" else name


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

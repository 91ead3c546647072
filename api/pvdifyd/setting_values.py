"""How a setting's text becomes a value; each of these raises ValueError with the rule in words."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pvdifyd.errors import SettingsError, shown

PREFIX = "PVDIFYD_"

T = TypeVar("T")


@dataclass(frozen=True)
class Address:
    """Where the API listens: an IP address or a name, and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Reader:
    """Reads the variables of an environment, whose names begin with PVDIFYD_."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def value(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        """What the variable holds, parsed; raises SettingsError naming it."""
        text = self.environment.get(PREFIX + name, "") or default
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(f"{PREFIX}{name} is {shown(text)}: {error}") from None


def between(lowest: int, highest: int) -> Callable[[str], int]:
    """A whole number within these."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not lowest <= int(text) <= highest:
            raise ValueError(f"it must be a whole number from {lowest} to {highest}.")
        return int(text)

    return parse


def one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    """One of these texts."""

    def parse(text: str) -> str:
        if text not in values:
            raise ValueError(f"it must be one of {', '.join(values)}.")
        return text

    return parse


def absolute_path(text: str) -> Path:
    """A directory."""
    path = Path(text)
    # The reader's Unix socket stands in this directory, and its path may have 107 bytes.
    if not path.is_absolute() or len(os.fsencode(text)) > 90 or not text.isprintable():
        raise ValueError("it must be an absolute path of at most 90 bytes.")
    return path


def database(text: str) -> str:
    """The URL of an SQLite file."""
    if not text.startswith("sqlite:////"):
        raise ValueError("it must be the URL of an SQLite file, as sqlite:////var/lib/pvdify/data/pvdify.db.")
    return text


def address(text: str) -> Address:
    """ADDRESS:PORT."""
    host, separator, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if (
        not separator
        or not host
        or not port.isascii()
        or not port.isdigit()
        or not 0 < int(port[:6]) <= 65535
    ):
        raise ValueError("it must be an address and a port, as 127.0.0.1:9443 or [::1]:9443.")
    return Address(host, int(port))


def user(text: str) -> str:
    """The name of an account."""
    if not text.isascii() or not text.replace("-", "").replace("_", "").isalnum() or text[0] in "-0123456789":
        raise ValueError("it must be the name of an account, as pvdify.")
    return text

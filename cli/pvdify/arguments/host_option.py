"""The option `--host`: the only host there is, where it is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from pvdify.api.client import Client
from pvdify.display.text import word
from pvdify.errors import UsageError

_Function = TypeVar("_Function", bound=Callable[..., Any])

_HOST = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_NEXT = "On the server, pvdifyd host list shows the hosts."


def host_option(help: str) -> Callable[[_Function], _Function]:
    """Add --host (as `host`) to a command."""
    return click.option("--host", metavar="NAME", help=help)


def take_host(client: Client, host: str | None) -> str:
    """Give the host's name, the one named or the only one there is.

    Raises:
        UsageError: It is no host's name, or several could be meant.
    """
    if host is None:
        return _only_host(client)
    if _HOST.fullmatch(host) is None:
        raise UsageError(f"--host: {host!r} is not a host's name: letters, digits and hyphens.", _NEXT)
    return host


def _only_host(client: Client) -> str:
    names = [word(host.get("name")) for host in client.list("hosts")]
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageError("There is no host.", "On the server, register one: pvdifyd host add NAME")
    raise UsageError(f"There are several hosts: {', '.join(names)}.", "Name one with --host NAME.")

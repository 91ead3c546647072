"""Ports on the host's loopback for instances: given once, written beside the release, kept over restarts.

They lie below 32768, where Linux begins to hand out ports to outgoing connections, and above the apps' own.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Iterable, Iterator

from .answers import StepFailed
from .changes import read_or_none
from .names import CONFIGURATION, Instance, port_file

FIRST, LAST = 20000, 32767
_ANYWHERE = "0.0.0.0"
_PORT = re.compile(r"PVDIFY_HOST_PORT=([0-9]{1,5})\s*")


def port_of(instance: Instance) -> int | None:
    """The port this instance has been given, or None."""
    return _read(read_or_none(port_file(instance)))


def _read(text: str | None) -> int | None:
    """The port in a file of ours; None in one that somebody has spoilt, whose instance is given another."""
    found = _PORT.fullmatch(text or "")
    return int(found[1]) if found else None


def given() -> set[int]:
    """Every port that an instance of any app on this host has been given."""
    files = (CONFIGURATION / "apps").glob("*/releases/*/*.env")
    return {port for file in files if (port := _read(read_or_none(file))) is not None}


def free(taken: Iterable[int], *, first: int = FIRST, last: int = LAST) -> Iterator[int]:
    """The free ports from ``first`` to ``last``, one by one, those in ``taken`` left out.

    Raises ``StepFailed(no_free_port)`` when they run out.
    """
    occupied = set(taken)
    for port in range(first, last + 1):
        if port not in occupied and is_free(port):
            yield port
    raise StepFailed("no_free_port", f"No port from {first} to {last} is free on the host.")


def is_free(port: int, address: str = _ANYWHERE) -> bool:
    """Whether nothing on the host listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as refused:
            if refused.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            if refused.errno == errno.EADDRNOTAVAIL:
                raise StepFailed("no_such_address", f"The host has no address {address}.") from refused
            raise
    return True

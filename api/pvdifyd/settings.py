"""The daemon's settings: environment variables PVDIFYD_*, each with its unit and default."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pvdifyd.errors import SettingsError, shown

PREFIX = "PVDIFYD_"
DEFAULT_HOME = "/var/lib/pvdify"

T = TypeVar("T")


@dataclass(frozen=True)
class Address:
    """Where the API listens: an IP address or a name, and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Settings:
    """All settings; the field `home` is PVDIFYD_HOME, and so on.

    home: directory of the daemon's data (/var/lib/pvdify)
    database: URL of the database (sqlite:///HOME/data/pvdify.db)
    listen: address and port of the API (127.0.0.1:9443)
    threads: requests and streams answered side by side (64)
    streams: streams of events and logs open side by side, below `threads` (48)
    workers: operations run side by side (4)
    user: account that `pvdifyd serve` runs as, when started as root (pvdify)
    start_timeout: seconds an app's instances have to become healthy (60)
    stop_timeout: seconds an instance has to end after SIGTERM (30)
    drain_timeout: seconds in-flight requests have to finish after the switch (30)
    standby: seconds the previous release stays running after the switch (600)
    keep_releases: releases whose image stays on the host, the current one counted (5)
    """

    home: Path
    database: str
    listen: Address
    threads: int
    streams: int
    workers: int
    user: str
    start_timeout: int
    stop_timeout: int
    drain_timeout: int
    standby: int
    keep_releases: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment asks for; raises SettingsError naming the variable."""
        read = _Reader(os.environ if environment is None else environment)
        home = read.value("HOME", DEFAULT_HOME, _absolute_path)
        threads = read.value("THREADS", "64", _between(2, 1024))
        return cls(
            home=home,
            database=read.value("DATABASE", f"sqlite:///{home}/data/pvdify.db", _database),
            listen=read.value("LISTEN", "127.0.0.1:9443", _address),
            threads=threads,
            streams=read.value("STREAMS", str(min(48, threads - 1)), _between(1, threads - 1)),
            workers=read.value("WORKERS", "4", _between(1, 64)),
            user=read.value("USER", "pvdify", _user),
            start_timeout=read.value("START_TIMEOUT", "60", _between(1, 3600)),
            stop_timeout=read.value("STOP_TIMEOUT", "30", _between(1, 3600)),
            drain_timeout=read.value("DRAIN_TIMEOUT", "30", _between(0, 3600)),
            standby=read.value("STANDBY", "600", _between(0, 86400)),
            keep_releases=read.value("KEEP_RELEASES", "5", _between(1, 100)),
        )

    @property
    def data_directory(self) -> Path:
        """What API and worker both write. The rest of the home is root's: the API can't put anything there."""
        return self.home / "data"

    @property
    def queue_path(self) -> Path:
        """The queue's own SQLite file; it holds nothing but the ids of operations."""
        return self.data_directory / "queue.db"

    @property
    def certificate_path(self) -> Path:
        return self.home / "tls" / "certificate.pem"

    @property
    def key_path(self) -> Path:
        return self.home / "tls" / "key.pem"

    @property
    def ssh_directory(self) -> Path:
        """The key the worker signs in to hosts with, and the hosts' known keys."""
        return self.home / "ssh"

    @property
    def reader_path(self) -> Path:
        """The Unix socket at which the worker reads hosts for the API."""
        return self.home / "reader.sock"

    @property
    def worker_lock_path(self) -> Path:
        """Held by the one worker of this home."""
        return self.home / "worker.lock"


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def value(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        text = self._environment.get(PREFIX + name, "") or default
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(f"{PREFIX}{name} is {shown(text)}: {error}") from None


def _between(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not lowest <= int(text) <= highest:
            raise ValueError(f"it must be a whole number from {lowest} to {highest}.")
        return int(text)

    return parse


def _absolute_path(text: str) -> Path:
    path = Path(text)
    # The reader's Unix socket stands in this directory, and its path may have 107 bytes.
    if not path.is_absolute() or len(os.fsencode(text)) > 90 or not text.isprintable():
        raise ValueError("it must be an absolute path of at most 90 bytes.")
    return path


def _database(text: str) -> str:
    if not text.startswith("sqlite:////"):
        raise ValueError("it must be the URL of an SQLite file, as sqlite:////var/lib/pvdify/data/pvdify.db.")
    return text


def _address(text: str) -> Address:
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


def _user(text: str) -> str:
    if not text.isascii() or not text.replace("-", "").replace("_", "").isalnum() or text[0] in "-0123456789":
        raise ValueError("it must be the name of an account, as pvdify.")
    return text

"""The daemon's settings: environment variables PVDIFYD_*, each with its unit and default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pvdifyd import log
from pvdifyd import setting_values as values
from pvdifyd.setting_values import Address

DEFAULT_HOME = "/var/lib/pvdify"


@dataclass(frozen=True)
class Settings:
    """All settings; the field `home` is PVDIFYD_HOME, and so on.

    home: directory of the daemon's data (/var/lib/pvdify)
    database: URL of the database (sqlite:///HOME/data/pvdify.db)
    listen: address and port of the API (127.0.0.1:9443)
    threads: requests and streams answered side by side (64)
    streams: streams of events and logs open side by side, below `threads` (48)
    requests_per_minute: requests that one token may make, or one address without a token (600)
    workers: operations run side by side (4)
    user: account that `pvdifyd serve` runs as, when started as root (pvdify)
    start_timeout: seconds an app's instances have to become healthy (60)
    stop_timeout: seconds an instance has to end after SIGTERM (30)
    drain_timeout: seconds in-flight requests have to finish after the switch (30)
    standby: seconds the previous release stays running after the switch (600)
    keep_releases: releases whose image stays on the host, the current one counted (5)
    log_format: text, or json for one JSON object a line (text)
    """

    home: Path
    database: str
    listen: Address
    threads: int
    streams: int
    requests_per_minute: int
    workers: int
    user: str
    start_timeout: int
    stop_timeout: int
    drain_timeout: int
    standby: int
    keep_releases: int
    log_format: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment asks for; raises SettingsError naming the variable."""
        read = values.Reader(os.environ if environment is None else environment)
        home = read.value("HOME", DEFAULT_HOME, values.absolute_path)
        threads = read.value("THREADS", "64", values.between(2, 1024))
        return cls(
            home=home,
            database=read.value("DATABASE", f"sqlite:///{home}/data/pvdify.db", values.database),
            listen=read.value("LISTEN", "127.0.0.1:9443", values.address),
            threads=threads,
            streams=read.value("STREAMS", str(min(48, threads - 1)), values.between(1, threads - 1)),
            requests_per_minute=read.value("REQUESTS_PER_MINUTE", "600", values.between(1, 1_000_000)),
            workers=read.value("WORKERS", "4", values.between(1, 64)),
            user=read.value("USER", "pvdify", values.user),
            start_timeout=read.value("START_TIMEOUT", "60", values.between(1, 3600)),
            stop_timeout=read.value("STOP_TIMEOUT", "30", values.between(1, 3600)),
            drain_timeout=read.value("DRAIN_TIMEOUT", "30", values.between(0, 3600)),
            standby=read.value("STANDBY", "600", values.between(0, 86400)),
            keep_releases=read.value("KEEP_RELEASES", "5", values.between(1, 100)),
            log_format=log_format(read.environment),
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


def log_format(environment: Mapping[str, str]) -> str:
    """The form of the log's lines, which is wanted before all else is known; raises SettingsError."""
    return values.Reader(environment).value("LOG_FORMAT", log.TEXT, values.one_of(log.FORMATS))

"""The numbers of one application: those that requests count, and those that are read when they are asked for."""

from __future__ import annotations

import platform
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from pvdifyd import __version__
from pvdifyd.http.metrics.operations import OperationsCollector
from pvdifyd.http.metrics.stock import StockCollector

# Seconds: an answer takes milliseconds; one that asks a host, up to ten seconds.
_REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# A method that no route has: its name is whatever a client sends.
OTHER_METHOD = "other"
METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))

# A second series beside each counter, with the time it was made, which Prometheus has no use for.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Streams(Protocol):
    """The open streams, and how many may be open."""

    @property
    def open(self) -> int: ...

    @property
    def limit(self) -> int: ...


class Metrics:
    """A registry of its own, so that two applications in one process don't count together."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "pvdify_http_requests",
            "Answered requests.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self.duration = Histogram(
            "pvdify_http_request_duration_seconds",
            "Seconds until an answer began; streams go on after it.",
            ["method", "route"],
            buckets=_REQUEST_BUCKETS,
            registry=self._registry,
        )
        self.tokens_refused = Counter(
            "pvdify_tokens_refused", "Requests whose token was refused.", ["code"], registry=self._registry
        )
        self.requests_limited = Counter(
            "pvdify_requests_limited", "Requests refused as too many.", ["policy"], registry=self._registry
        )
        build = Gauge(
            "pvdify_build_info",
            "The version that runs; always 1.",
            ["version", "python"],
            registry=self._registry,
        )
        build.labels(__version__, platform.python_version()).set(1)
        ProcessCollector(registry=self._registry)
        self._registry.register(OperationsCollector())
        self._registry.register(StockCollector())

    def watch(self, streams: Streams) -> None:
        """Tell of these streams."""
        Gauge("pvdify_streams_open", "Streams that are open.", registry=self._registry).set_function(
            lambda: streams.open
        )
        Gauge("pvdify_streams_limit", "Streams that may be open.", registry=self._registry).set_function(
            lambda: streams.limit
        )

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format; raises PeeweeException where the database can't be read."""
        return generate_latest(self._registry)

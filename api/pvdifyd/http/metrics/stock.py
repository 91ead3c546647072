"""What there is now: the queue, apps and hosts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from peewee import ModelSelect, fn
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pvdifyd.models import App, Host, Operation, connected
from pvdifyd.models.operation import OPEN, QUEUED, RUNNING
from pvdifyd.names import ENVIRONMENTS


class StockCollector(Collector):
    """Counts rows when it is asked."""

    def describe(self) -> list[Metric]:
        """Nothing: to be registered, the database need not be there."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Gauges of the queue, the apps and the hosts."""
        connected()
        status = _counts(
            Operation.select(Operation.status, fn.COUNT(Operation.id)).where(Operation.status.in_(OPEN))
        )
        yield _gauge("pvdify_queue_length", "Operations that wait for their turn.", status.get(QUEUED, 0))
        yield _gauge(
            "pvdify_queue_oldest_seconds", "Age of the oldest one that waits; 0 without one.", _oldest()
        )
        yield _gauge("pvdify_operations_running", "Operations that run.", status.get(RUNNING, 0))
        environments = _counts(App.select(App.environment, fn.COUNT(App.id)))
        apps = GaugeMetricFamily("pvdify_apps", "Apps.", labels=["environment"])
        for environment in ENVIRONMENTS:
            apps.add_metric([environment], environments.get(environment, 0))
        yield apps
        yield _gauge("pvdify_hosts", "Registered hosts.", Host.select().count())


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _counts(rows: ModelSelect[Any]) -> dict[str, int]:
    return {str(value): int(count) for value, count in rows.group_by(rows.selected_columns[0]).tuples()}


def _oldest() -> float:
    queued = Operation.select(fn.MIN(Operation.created_at)).where(Operation.status == QUEUED)
    asked_for = queued.scalar()
    if asked_for is None:
        return 0.0
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(asked_for)).total_seconds())

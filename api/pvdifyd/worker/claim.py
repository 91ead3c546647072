"""Taking an operation to run it: one at a time for an app, in the order they were asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from peewee import fn

from pvdifyd import clock
from pvdifyd.models import Operation, Release, atomic
from pvdifyd.models.operation import QUEUED, RUNNING
from pvdifyd.models.release import DEPLOYING
from pvdifyd.operations import events


def claim(operation_id: int) -> Operation | None:
    """The operation, now running, or None where it is not its turn, or somebody else's."""
    other = Operation.alias()
    earlier = other.select().where(
        (other.app_name == Operation.app_name)
        & ((other.status == RUNNING) | ((other.status == QUEUED) & (other.id < Operation.id)))
    )
    with atomic():
        changed = (
            Operation.update(status=RUNNING, started_at=clock.now())
            .where((Operation.id == operation_id) & (Operation.status == QUEUED) & ~fn.EXISTS(earlier))
            .execute()
        )
        if changed != 1:
            return None
        operation = Operation.get_by_id(operation_id)
        if operation.release_version is not None:
            Release.update(status=DEPLOYING).where(
                (Release.app == operation.app) & (Release.version == operation.release_version)
            ).execute()
        events.status(operation)
        return operation


def next_in_line() -> list[int]:
    """For each app with nothing running, the id of its oldest queued operation, oldest first."""
    other = Operation.alias()
    running = other.select().where((other.app_name == Operation.app_name) & (other.status == RUNNING))
    rows = (
        Operation.select(fn.MIN(Operation.id))
        .where((Operation.status == QUEUED) & ~fn.EXISTS(running))
        .group_by(Operation.app_name)
        .tuples()
    )
    return sorted(int(row[0]) for row in cast(Iterable[tuple[int]], rows))

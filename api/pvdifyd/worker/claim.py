"""Taking an operation to run it: one at a time for an app, in the order they were asked for.

The rotation of a host's key is a barrier: it waits for everything before it, and everything after it waits for it. No
release may be on its way to the host with documents of the key that goes.

What brings domains tells a host all of its routes: two of them side by side would have the older telling win. So one of
them runs at a time on a host, whichever app it is for, and they wait for nothing else of other apps. With an edge they
take turns as they were asked for: which one they go by must not depend on who is quicker.
"""

from __future__ import annotations

from peewee import Expression, Function, ModelAlias, fn

from pvdifyd import clock
from pvdifyd.models import App, Domain, Host, Operation, Release, atomic
from pvdifyd.models.operation import DESTROY, EDGE, OPEN, QUEUED, RELEASING, ROTATE, ROUTING, RUNNING
from pvdifyd.models.release import DEPLOYING
from pvdifyd.operations import events, turn


def claim(operation_id: int) -> Operation | None:
    """The operation, now running, or None where it is not its turn, or somebody else's."""
    with atomic():
        waiting = Operation.get_or_none(Operation.id == operation_id)
        begins = waiting is not None and waiting.started_at is None
        changed = (
            Operation.update(status=RUNNING, started_at=clock.now())
            .where((Operation.id == operation_id) & (Operation.status == QUEUED) & ~_something_before_it())
            .execute()
        )
        if changed != 1:
            return None
        operation = Operation.get_by_id(operation_id)
        if begins and operation.kind in RELEASING:
            turn.take(operation)
        if operation.release_version is not None:
            Release.update(status=DEPLOYING).where(
                (Release.app == operation.app) & (Release.version == operation.release_version)
            ).execute()
        events.status(operation)
        return operation


def next_in_line() -> list[int]:
    """The ids of the operations whose turn has come, oldest first: of each app with nothing running the oldest one,
    as far as no rotation is in between."""
    rows = Operation.select(Operation.id).where((Operation.status == QUEUED) & ~_something_before_it())
    return [int(row.id) for row in rows.order_by(Operation.id)]


def _something_before_it() -> Function:
    """Whether an operation that runs, or was asked for earlier, keeps a queued one waiting."""
    other = Operation.alias()
    before = other.status.in_(OPEN) & ((other.status == RUNNING) | (other.id < Operation.id))
    in_its_way = _same_subject(other) | (other.kind == ROTATE) | (Operation.kind == ROTATE)
    with_an_edge = before & ((other.kind == EDGE) | (Operation.kind == EDGE))
    both_tell = _tells_routes(other) & _tells_routes(Operation) & _same_host(other)
    routes = both_tell & ((other.status == RUNNING) | with_an_edge)
    return fn.EXISTS(other.select().where((before & in_its_way) | routes))


def _tells_routes(operation: type[Operation] | ModelAlias[Operation]) -> Expression:
    """Whether an operation tells its host routes: one that removes an app does as long as that has domains."""
    has_domains = fn.EXISTS(Domain.select().where(Domain.app == operation.app))
    return operation.kind.in_(ROUTING) | ((operation.kind == DESTROY) & has_domains)


def _same_subject(other: ModelAlias[Operation]) -> Expression:
    """Whether both are for the same app, or for the same host as a whole."""
    of_an_app = Operation.app_name != ""
    expression: Expression = (other.app_name == Operation.app_name) & (of_an_app | _same_host(other))
    return expression


def _same_host(other: ModelAlias[Operation]) -> Expression:
    expression: Expression = _host_of(other) == _host_of(Operation)
    return expression


def _host_of(operation: type[Operation] | ModelAlias[Operation]) -> Function:
    """The id of its app's host, or of the host that it is for as a whole."""
    of_app = App.select(App.host).where(App.id == operation.app)
    named = Host.select(Host.id).where(Host.name == fn.json_extract(operation.arguments, "$.host"))
    return fn.COALESCE(of_app, named)

"""Which domains an operation is about, by the rows as they are when it begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pvdifyd.models import Domain, Host, Operation
from pvdifyd.models.domain import PENDING, REMOVING
from pvdifyd.models.operation import DESTROY, EDGE
from pvdifyd.operations import hosts
from pvdifyd.operations.domains import find as domains


@dataclass(frozen=True)
class Touched:
    """wanted: those that must lead to their app; unwanted: those that must lead nowhere; rerouted: those whose app has
    another port, and that are else as they were. What another operation is to bring, or to take away, is its own."""

    wanted: tuple[Domain, ...] = ()
    unwanted: tuple[Domain, ...] = ()
    rerouted: tuple[Domain, ...] = ()

    @property
    def all(self) -> tuple[Domain, ...]:
        return (*self.wanted, *self.unwanted, *self.rerouted)


NOTHING = Touched()


def of_operation(operation: Operation) -> Touched:
    """What the operation is about. One on a whole host brings all of its domains; one that removes an app takes all of
    the app's away."""
    if operation.kind == EDGE:
        host = hosts.find_host((operation.arguments or {})["host"])
        return Touched(wanted=of_host(host).wanted)
    assert operation.app is not None
    rows = list(domains.of_app(operation.app))
    if operation.kind == DESTROY:
        return Touched(unwanted=tuple(rows))
    arguments = operation.arguments or {}
    rows = [row for row in rows if row.name in arguments["domains"]]
    if "port" in arguments:
        return Touched(rerouted=tuple(row for row in rows if row.status not in (PENDING, REMOVING)))
    return _sorted_out(rows)


def of_host(host: Host) -> Touched:
    """All of the host's domains."""
    return _sorted_out(domains.of_host(host))


def _sorted_out(rows: Iterable[Domain]) -> Touched:
    found = list(rows)
    return Touched(
        wanted=tuple(row for row in found if row.status != REMOVING),
        unwanted=tuple(row for row in found if row.status == REMOVING),
    )

"""What a host found out about domains, taken over into their rows.

Somebody may have asked meanwhile for something else: what a row is on its way to then is for the operation of that.
"""

from __future__ import annotations

from typing import Any

from peewee import Expression

from pvdifyd import clock
from pvdifyd.models import App, Domain, Edge, Operation
from pvdifyd.models.domain import ACTIVE, FAILED, PENDING, REMOVING
from pvdifyd.models.edge import NONE
from pvdifyd.models.operation import DESTROY, DOMAINS, EDGE
from pvdifyd.operations.domains import find as domains
from pvdifyd.operations.domains import queued, touched
from pvdifyd.operations.domains.given_back import give_back
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.edge.take_over import bring_into_force, settle_failed
from pvdifyd.worker.domains import unsure
from pvdifyd.worker.domains.telling import tell
from pvdifyd.worker.domains.verdicts import GONE, Verdict, Verdicts, verdicts
from pvdifyd.worker.engine_face import Outcome
from pvdifyd.worker.reason import Reason

_SETTLED = (ACTIVE, FAILED)

_TAKEN_AWAY = {
    "code": "cancelled",
    "message": "It was taken away, and what was asked for after that was cancelled.",
    "next_step": "Add it again: `pvdify domains:add`; or let it go: `pvdify domains:remove`.",
}


def judged(operation: Operation, about: Touched, outcome: Outcome | None) -> Verdicts:
    """What became of each domain, and of the operation."""
    return verdicts(about, outcome, of_edge=operation.kind == EDGE)


def take_over(operation: Operation, about: Touched, outcome: Outcome | None) -> Reason | None:
    """Give each domain its new status, and tell what is worth knowing; why the operation failed, None where it did
    not. To be called inside a transaction."""
    found = judged(operation, about, outcome)
    stands = {
        **{row.id: Domain.status != REMOVING for row in about.wanted},
        **{row.id: Domain.status == REMOVING for row in about.unwanted},
        **{row.id: Domain.status.in_(_SETTLED) for row in about.rerouted},
    }
    for one in found.each:
        _keep(operation, one, stands[one.row.id])
    unsure.keep(operation, about, outcome)
    if outcome is not None:
        tell(operation, found, outcome)
    if operation.kind == EDGE:
        _settle_edge(operation, found.reason)
    return found.reason


def fail_rest(operation: Operation, reason: Reason) -> None:
    """Have what the operation was about, and did not come to, be failed for this reason; what an app that stays was to
    lose is what it was. In a transaction."""
    if operation.kind == DESTROY:
        give_back(operation)
    elif operation.kind == EDGE:
        unsure.keep(operation, touched.of_operation(operation), None)
        _settle_edge(operation, reason)
    elif operation.kind == DOMAINS and operation.app_id is not None:
        _fail_rest_of(operation, touched.of_operation(operation), reason)


def _fail_rest_of(operation: Operation, about: Touched, reason: Reason) -> None:
    on_their_way = [row for row in (*about.wanted, *about.unwanted) if row.status in (PENDING, REMOVING)]
    # They lead to the port of before, where nothing may be any more.
    astray = [row for row in about.rerouted if row.status == ACTIVE]
    for row in (*on_their_way, *astray):
        _keep(operation, Verdict(row, FAILED, reason, {}), Domain.status == row.status)
    unsure.keep(operation, about, None)


def reroute(app: App, port: int, created_by: str) -> None:
    """Queue what has the app's domains lead to the port that its release took. In a transaction."""
    # An edge that is just being brought was told of the port before.
    if not Edge.select().where((Edge.host == app.host) & (Edge.kind != NONE)).exists():
        return
    names = [row.name for row in domains.of_app(app) if row.status != REMOVING]
    if names:
        queued.reroute(app, names, port, created_by)


def _keep(operation: Operation, verdict: Verdict, stands: Expression) -> None:
    """`stands`: nobody has asked for something else meanwhile."""
    this = Domain.id == verdict.row.id
    still = this & stands
    if verdict.status == GONE:
        Domain.delete().where(still).execute()
        _have_lost(operation, Domain.get_or_none(this))
        return
    if verdict.known:
        Domain.update(**verdict.known).where(this).execute()
    kept: dict[str, Any] = {"status": verdict.status, "reason": verdict.reason, "updated_at": clock.now()}
    if verdict.status == ACTIVE:
        # It was asked for once: a record that somebody makes later is not to be replaced too.
        kept["force"] = False
    Domain.update(**kept).where(still).execute()


def _have_lost(operation: Operation, row: Domain | None) -> None:
    """One that is wanted again meanwhile has no record any more; where that was cancelled, it says so."""
    if row is None:
        return
    row.record_id, row.record_unsure = None, False
    following = queued.under_way(row.app, [row.name])
    if following is None or following.id == operation.id:
        row.status, row.reason, row.updated_at = FAILED, _TAKEN_AWAY, clock.now()
    row.save()


def _settle_edge(operation: Operation, reason: Reason | None) -> None:
    if reason is None:
        bring_into_force(operation, prepared=True)
    else:
        settle_failed(operation)

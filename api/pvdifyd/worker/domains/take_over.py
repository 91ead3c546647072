"""What a host found out about domains, taken over into their rows.

Somebody may have asked meanwhile for something else: what a row is on its way to then is for the operation of that.
"""

from __future__ import annotations

from typing import Any

from pvdifyd import clock
from pvdifyd.models import App, Domain, Edge, Operation
from pvdifyd.models.domain import ACTIVE, FAILED, PENDING, REMOVING
from pvdifyd.models.edge import NONE
from pvdifyd.models.operation import DESTROY, DOMAINS, EDGE
from pvdifyd.operations import hosts
from pvdifyd.operations.domains import find as domains
from pvdifyd.operations.domains import queued, touched
from pvdifyd.operations.domains.given_back import give_back
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.edge.show import kind_of, last_preparing
from pvdifyd.worker.domains.telling import tell
from pvdifyd.worker.domains.verdicts import GONE, Verdict, Verdicts, verdicts
from pvdifyd.worker.engine_face import Outcome
from pvdifyd.worker.reason import Reason

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
    unwanted = {row.id for row in about.unwanted}
    for one in found.each:
        _keep(operation, one, was_to_go=one.row.id in unwanted)
    if outcome is not None:
        tell(operation, found, outcome)
    if operation.kind == EDGE and found.reason is None:
        _prepared(operation)
    return found.reason


def fail_rest(operation: Operation, reason: Reason) -> None:
    """Have what the operation was about, and did not come to, be failed for this reason; what an app that stays was to
    lose is what it was. In a transaction."""
    if operation.kind == DESTROY:
        give_back(operation)
    if operation.kind != DOMAINS or operation.app_id is None:
        return
    for row in touched.of_operation(operation).all:
        if row.status in (PENDING, REMOVING):
            _keep(operation, Verdict(row, FAILED, reason, {}), was_to_go=row.status == REMOVING)


def reroute(app: App, port: int, created_by: str) -> None:
    """Queue what has the app's domains lead to the port that its release took. In a transaction."""
    if kind_of(app.host) == NONE:
        return
    names = [row.name for row in domains.of_app(app) if row.status != REMOVING]
    if names:
        queued.reroute(app, names, port, created_by)


def _keep(operation: Operation, verdict: Verdict, *, was_to_go: bool) -> None:
    this = Domain.id == verdict.row.id
    still = this & ((Domain.status == REMOVING) if was_to_go else (Domain.status != REMOVING))
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
    row.record_id = None
    following = queued.under_way(row.app, [row.name])
    if following is None or following.id == operation.id:
        row.status, row.reason, row.updated_at = FAILED, _TAKEN_AWAY, clock.now()
    row.save()


def _prepared(operation: Operation) -> None:
    """The host has its edge, unless that was set anew meanwhile."""
    host = hosts.find_host((operation.arguments or {})["host"])
    last = last_preparing(host)
    if last is not None and last.id == operation.id:
        Edge.update(prepared=True).where(Edge.host == host).execute()

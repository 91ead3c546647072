"""Asking for domains to lead to an app."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pvdifyd import clock
from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Domain, Operation, atomic
from pvdifyd.models.domain import ACTIVE, PENDING
from pvdifyd.operations import find, request
from pvdifyd.operations.domains import queued
from pvdifyd.operations.edge.show import check_ready

# Whether who asks may know of the app of this name.
MaySee = Callable[[str], bool]


def request_add(
    app_name: str, name: str, created_by: str, may_see: MaySee, *, force: bool = False
) -> Operation:
    """The operation that brings the domain. Asked for again: one that failed is tried again, one that is active is
    looked after, and one that is on its way stays so.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, edge_not_ready, domain_in_use).
    """
    with atomic():
        app = find.app(app_name)
        return add(app, [name], created_by, may_see, force=force)


def add(
    app: App, names: Sequence[str], created_by: str, may_see: MaySee, *, force: bool = False
) -> Operation:
    """The same for several, inside a transaction."""
    request.refuse_if_removing(app)
    check_ready(app.host)
    changed = [_keep(app, name, created_by, may_see, force) for name in names]
    on_its_way = None if any(changed) else queued.under_way(app, names)
    return on_its_way or queued.bring(app, names, created_by)


def _keep(app: App, name: str, created_by: str, may_see: MaySee, force: bool) -> bool:
    """Whether the domain's row is another one now."""
    row = Domain.get_or_none(Domain.name == name)
    if row is None:
        Domain.create(app=app, name=name, force=force, created_by=created_by)
        return True
    if row.app_id != app.id:
        raise _in_use(name, row.app.name, may_see)
    changed = row.force != force or row.status not in (PENDING, ACTIVE)
    if changed:
        row.force, row.updated_at = force, clock.now()
        if row.status != ACTIVE:
            row.status, row.reason = PENDING, None
        row.save()
    return changed


def _in_use(name: str, owner: str, may_see: MaySee) -> ConflictError:
    if may_see(owner):
        return ConflictError(
            f"{name} leads to {owner}. Take it away there first: `pvdify domains:remove {owner} {name}`.",
            code="domain_in_use",
        )
    return ConflictError(
        f"{name} leads to another app already, which this token is not for. Choose another name, or ask who has a "
        "token for all apps.",
        code="domain_in_use",
    )
